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
    Done,
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
