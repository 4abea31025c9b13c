//! Log lines on their way to standard error, through a queue and a thread of its own: if its disk is full, its reader is
//! gone or nobody reads, lines are dropped and counted, and whoever logged them goes on.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// The number of lines that may wait to be written.
const CAPACITY: usize = 10_000;
/// How long the end of the process waits for lines to be written.
pub(super) const FLUSH_LIMIT: Duration = Duration::from_secs(1);

/// Lines that could not be written.
pub(super) static DROPPED: AtomicU64 = AtomicU64::new(0);

/// A line, or a request to answer when all lines before it have been written.
enum Entry {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

#[derive(Clone)]
pub(super) struct LogWriter {
    entries: SyncSender<Entry>,
}

impl LogWriter {
    /// Starts the thread. It writes past the lock of [`io::stderr`], which others would otherwise wait for with it.
    pub(super) fn to_stderr() -> io::Result<Self> {
        let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
        let (entries, receiver) = sync_channel(CAPACITY);
        std::thread::Builder::new().name("log".to_owned()).spawn(move || write_all(stderr, &receiver))?;
        Ok(Self { entries })
    }

    /// Waits until the lines so far are written, at most [`FLUSH_LIMIT`].
    pub(super) fn flush_at_most(&self) {
        let (done, is_done) = sync_channel(1);
        if self.entries.try_send(Entry::Flush(done)).is_ok() {
            let _ = is_done.recv_timeout(FLUSH_LIMIT);
        }
    }
}

impl Write for LogWriter {
    /// Takes one whole line and never fails.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.entries.try_send(Entry::Line(line.to_vec())).is_err() {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(mut stderr: File, entries: &Receiver<Entry>) {
    let mut reported = 0;
    while let Ok(entry) = entries.recv() {
        match entry {
            Entry::Flush(done) => drop(done.try_send(())),
            Entry::Line(line) if stderr.write_all(&line).is_err() => {
                DROPPED.fetch_add(1, Ordering::Relaxed);
            }
            Entry::Line(_) => {
                // Through the queue like any other line, and so again written only if it can be.
                let dropped = DROPPED.load(Ordering::Relaxed);
                if dropped > reported {
                    tracing::warn!(lines = dropped - reported, "log lines were lost: standard error took none");
                    reported = dropped;
                }
            }
        }
    }
}
