//! A content as a stream of chunks, each of which is read on a thread for it.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

/// How much is read at once, and held in memory for each download.
const CHUNK: u64 = 256 * 1024;

/// The bytes of a range, in order.
#[derive(Debug)]
pub struct Chunks {
    state: State,
    left: u64,
}

#[derive(Debug)]
enum State {
    Idle(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    #[cfg(feature = "s3")]
    Streamed(Streamed),
    Done,
}

/// Bytes that come from elsewhere.
#[cfg(feature = "s3")]
pub(super) struct Streamed(pub Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>);

#[cfg(feature = "s3")]
impl std::fmt::Debug for Streamed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streamed")
    }
}

impl Chunks {
    /// Fails if the content is shorter than the range.
    pub(super) fn of(mut file: File, range: Range<u64>) -> io::Result<Self> {
        if file.metadata()?.len() < range.end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Self { state: State::Idle(file), left: range.end.saturating_sub(range.start) })
    }

    /// As many bytes as `length`, from elsewhere.
    #[cfg(feature = "s3")]
    pub(super) fn streamed(stream: Streamed, length: u64) -> Self {
        Self { state: State::Streamed(stream), left: length }
    }

    /// No bytes.
    #[cfg(feature = "s3")]
    pub(super) fn empty() -> Self {
        Self { state: State::Done, left: 0 }
    }
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Idle(file) if self.left > 0 => {
                    let length = usize::try_from(self.left.min(CHUNK)).unwrap_or_default();
                    self.state = State::Reading(spawn_blocking(move || read(file, length)));
                }
                State::Idle(_) | State::Done => return Poll::Ready(None),
                #[cfg(feature = "s3")]
                State::Streamed(mut stream) => {
                    let Poll::Ready(next) = stream.0.as_mut().poll_next(cx) else {
                        self.state = State::Streamed(stream);
                        return Poll::Pending;
                    };
                    let Some(Ok(bytes)) = next else {
                        // Fewer bytes than were promised must not look like all of them.
                        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
                        return Poll::Ready(next.or_else(|| (self.left > 0).then(|| Err(cut_off()))));
                    };
                    self.left = self.left.saturating_sub(bytes.len() as u64);
                    self.state = State::Streamed(stream);
                    return Poll::Ready(Some(Ok(bytes)));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let read = read.map_err(io::Error::other).and_then(|read| read);
                    return Poll::Ready(Some(read.map(|(file, bytes)| {
                        self.left -= bytes.len() as u64;
                        self.state = State::Idle(file);
                        bytes
                    })));
                }
            }
        }
    }
}

fn read(mut file: File, length: usize) -> io::Result<(File, Bytes)> {
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok((file, bytes.into()))
}
