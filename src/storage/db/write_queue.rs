//! A fair queue for SQLite's single writer: first come, first served. Without it, threads compete for the database
//! lock and some wait for seconds.
//!
//! Group commit: a writer that finishes while others are queued passes its open transaction to the next one instead of
//! committing, and waits. The last of the batch commits for all. Flushing to disk costs the same for one change as for
//! many, and no change is reported as done before it is on disk.
//!
//! ```text
//!              time →
//! writer A     BEGIN, change ─┐ passes the transaction on, waits ─────────────────────┐ done
//! writer B     queued ────────┴ SAVEPOINT, change, RELEASE ─┐ waits ──────────────────┤ done
//! writer C     queued ──────────────────────────────────────┴ SAVEPOINT, change,      │
//!                                                             RELEASE, COMMIT, notify ┴ done
//! ```
//!
//! A change that fails rolls back to its own savepoint, and the batch continues without it. If the commit fails, all
//! changes of the batch have failed.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StorageError;

/// The maximum number of changes committed together, and how long the first may wait for others.
const MAX_BATCH: usize = 32;
const MAX_WAIT: Duration = Duration::from_millis(25);

/// The queue; `C` is the connection with the open transaction.
#[derive(Debug)]
pub(crate) struct WriteQueue<C> {
    state: Mutex<State<C>>,
}

impl<C> Default for WriteQueue<C> {
    fn default() -> Self {
        Self { state: Mutex::new(State { is_taken: false, waiting: VecDeque::new(), open: None }) }
    }
}

#[derive(Debug)]
struct State<C> {
    is_taken: bool,
    waiting: VecDeque<Waiting>,
    open: Option<CommitBatch<C>>,
}

#[derive(Debug)]
struct Waiting {
    wakeup: Arc<Condvar>,
    joins: bool,
}

/// An open transaction with the changes of the writers that wait for its commit.
#[derive(Debug)]
pub(crate) struct CommitBatch<C> {
    pub open: C,
    outcome: Arc<Outcome>,
    since: Instant,
    members: usize,
}

impl<C> CommitBatch<C> {
    /// Wraps a transaction that has just been opened.
    pub(crate) fn new(open: C) -> Self {
        Self { open, outcome: Arc::default(), since: Instant::now(), members: 0 }
    }

    /// Whether it already contains other writers' changes.
    pub(crate) fn is_shared(&self) -> bool {
        self.members > 0
    }

    /// Counts one more change.
    pub(crate) fn add_member(&mut self) {
        self.members += 1;
    }

    /// Reports the result of the commit to all members.
    pub(crate) fn notify(self, result: Result<(), StorageError>) {
        self.outcome.notify(result);
    }
}

impl<C> Drop for CommitBatch<C> {
    fn drop(&mut self) {
        // Has no effect if the result has already been reported.
        self.outcome.notify(Err(StorageError::Busy("the transaction was given up".to_owned())));
    }
}

/// The result of a batch's transaction, once known.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    result: Mutex<Option<Result<(), StorageError>>>,
    is_known: Condvar,
}

impl Outcome {
    fn notify(&self, result: Result<(), StorageError>) {
        self.result.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(result);
        self.is_known.notify_all();
    }

    /// Blocks until the result is known.
    pub(crate) fn wait(&self) -> Result<(), StorageError> {
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(result) = &*result {
                return result.clone();
            }
            result = self.is_known.wait(result).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The right to write; passed to the next in the queue when dropped.
#[derive(Debug)]
pub(crate) struct WriterSlot<'a, C> {
    queue: &'a WriteQueue<C>,
}

impl<C> WriteQueue<C> {
    /// Waits in line for the slot. With `joins`, the caller accepts another writer's open transaction; see
    /// [`WriterSlot::take_open`].
    pub(crate) fn enqueue(&self, joins: bool) -> WriterSlot<'_, C> {
        let mut state = self.lock();
        if state.is_taken {
            let wakeup = Arc::new(Condvar::new());
            state.waiting.push_back(Waiting { wakeup: Arc::clone(&wakeup), joins });
            // The slot is passed on without being released in between, so waking up is not enough: this writer must
            // also have been removed from the queue.
            while state.waiting.iter().any(|other| Arc::ptr_eq(&other.wakeup, &wakeup)) {
                state = wakeup.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        } else {
            state.is_taken = true;
        }
        WriterSlot { queue: self }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> WriterSlot<'_, C> {
    /// The transaction that the previous writer left open.
    pub(crate) fn take_open(&self) -> Option<CommitBatch<C>> {
        self.queue.lock().open.take()
    }

    /// Passes the open transaction to the next in the queue and returns its pending outcome. Returns the transaction
    /// as an error if it must be committed now.
    pub(crate) fn pass_on(self, batch: CommitBatch<C>) -> Result<Arc<Outcome>, (Self, CommitBatch<C>)> {
        let mut state = self.queue.lock();
        let has_room = batch.members < MAX_BATCH && batch.since.elapsed() < MAX_WAIT;
        if !has_room || !state.waiting.front().is_some_and(|next| next.joins) {
            drop(state);
            return Err((self, batch));
        }
        let outcome = Arc::clone(&batch.outcome);
        state.open = Some(batch);
        drop(state);
        // Dropping the slot wakes the next writer.
        drop(self);
        Ok(outcome)
    }
}

impl<C> Drop for WriterSlot<'_, C> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        match state.waiting.pop_front() {
            Some(next) => next.wakeup.notify_one(),
            None => state.is_taken = false,
        }
    }
}
