//! A fair queue for SQLite's single writer: first come, first served. Without it, threads compete for the database
//! lock and some wait for seconds.
//!
//! Group commit: a writer that finishes while others are queued passes its open transaction to the next one instead of
//! committing, and waits. The last of the group commits for all. Flushing to disk costs the same for one change as for
//! many, and no change is reported as done before it is on disk.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StorageError;

/// The maximum number of changes committed together, and how long the first may wait for others.
const MOST: usize = 32;
const LONGEST: Duration = Duration::from_millis(25);

/// The queue; `C` is the connection with the open transaction.
#[derive(Debug)]
pub struct WriterQueue<C> {
    state: Mutex<State<C>>,
}

impl<C> Default for WriterQueue<C> {
    fn default() -> Self {
        Self { state: Mutex::new(State { is_taken: false, waiting: VecDeque::new(), open: None }) }
    }
}

#[derive(Debug)]
struct State<C> {
    is_taken: bool,
    waiting: VecDeque<Waiting>,
    open: Option<Group<C>>,
}

#[derive(Debug)]
struct Waiting {
    bell: Arc<Condvar>,
    joins: bool,
}

/// An open transaction with the changes of the writers that wait for its commit.
#[derive(Debug)]
pub struct Group<C> {
    pub open: C,
    end: Arc<End>,
    since: Instant,
    members: usize,
}

impl<C> Group<C> {
    /// Wraps a transaction that has just been opened.
    pub fn new(open: C) -> Self {
        Self { open, end: Arc::default(), since: Instant::now(), members: 0 }
    }

    /// Whether it already contains other writers' changes.
    pub fn is_shared(&self) -> bool {
        self.members > 0
    }

    /// Counts one more change.
    pub fn join(&mut self) {
        self.members += 1;
    }

    /// Reports the outcome to all members.
    pub fn finish(self, outcome: Result<(), StorageError>) {
        self.end.tell(outcome);
    }
}

impl<C> Drop for Group<C> {
    fn drop(&mut self) {
        // Has no effect if the outcome has already been reported.
        self.end.tell(Err(StorageError::Busy("the transaction was given up".to_owned())));
    }
}

/// The outcome of a group's transaction, once known.
#[derive(Debug, Default)]
pub struct End {
    outcome: Mutex<Option<Result<(), StorageError>>>,
    bell: Condvar,
}

impl End {
    fn tell(&self, outcome: Result<(), StorageError>) {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(outcome);
        self.bell.notify_all();
    }

    /// Blocks until the outcome is known.
    pub fn wait(&self) -> Result<(), StorageError> {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = &*outcome {
                return outcome.clone();
            }
            outcome = self.bell.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The right to write; passed to the next in the queue when dropped.
#[derive(Debug)]
pub struct Turn<'a, C> {
    queue: &'a WriterQueue<C>,
}

impl<C> WriterQueue<C> {
    /// Waits for a turn. With `joins`, the caller accepts another writer's open transaction; see [`Turn::take_open`].
    pub fn take_turn(&self, joins: bool) -> Turn<'_, C> {
        let mut state = self.lock();
        if state.is_taken {
            let bell = Arc::new(Condvar::new());
            state.waiting.push_back(Waiting { bell: Arc::clone(&bell), joins });
            // A turn is passed on without being released in between, so waking up is not enough: this writer must also
            // have been removed from the queue.
            while state.waiting.iter().any(|other| Arc::ptr_eq(&other.bell, &bell)) {
                state = bell.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        } else {
            state.is_taken = true;
        }
        Turn { queue: self }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Turn<'_, C> {
    /// The transaction that the previous writer left open.
    pub fn take_open(&self) -> Option<Group<C>> {
        self.queue.lock().open.take()
    }

    /// Passes the open transaction to the next in the queue and returns its pending outcome. Returns the transaction
    /// as an error if it must be committed now.
    pub fn hand_on(self, group: Group<C>) -> Result<Arc<End>, (Self, Group<C>)> {
        let mut state = self.queue.lock();
        let has_room = group.members < MOST && group.since.elapsed() < LONGEST;
        if !has_room || !state.waiting.front().is_some_and(|next| next.joins) {
            drop(state);
            return Err((self, group));
        }
        let end = Arc::clone(&group.end);
        state.open = Some(group);
        drop(state);
        // Dropping the turn wakes the next writer.
        drop(self);
        Ok(end)
    }
}

impl<C> Drop for Turn<'_, C> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        match state.waiting.pop_front() {
            Some(next) => next.bell.notify_one(),
            None => state.is_taken = false,
        }
    }
}
