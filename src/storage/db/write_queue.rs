//! A fair queue for SQLite's one writer: first come, first served. Without it threads fight over
//! the database's lock, and some wait for seconds.
//!
//! Whoever is done while others stand in line hands its open transaction on instead of committing it,
//! and waits: the last of such a group commits for all. What is waiting for the disk is the same for
//! one change as for many, and nobody is told that a change is made before it is on the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StorageError;

/// The most changes that are committed together, and the longest that the first of them waits for others.
const MOST: usize = 32;
const LONGEST: Duration = Duration::from_millis(25);

/// The line; `C` is the connection with the open transaction.
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

/// An open transaction with the changes of some that wait for its end.
#[derive(Debug)]
pub struct Group<C> {
    pub open: C,
    end: Arc<End>,
    since: Instant,
    members: usize,
}

impl<C> Group<C> {
    /// A transaction that has just been opened.
    pub fn new(open: C) -> Self {
        Self { open, end: Arc::default(), since: Instant::now(), members: 0 }
    }

    /// Whether changes of others are in it.
    pub fn is_shared(&self) -> bool {
        self.members > 0
    }

    /// Counts one more change.
    pub fn join(&mut self) {
        self.members += 1;
    }

    /// Tells all members how it ended.
    pub fn finish(self, outcome: Result<(), StorageError>) {
        self.end.tell(outcome);
    }
}

impl<C> Drop for Group<C> {
    fn drop(&mut self) {
        // Says nothing new where it was told already.
        self.end.tell(Err(StorageError::Busy("the transaction was given up".to_owned())));
    }
}

/// How a group's transaction ended, once it has.
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

    /// Waits for it.
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

/// The right to write; passed to the next in line when it is dropped.
#[derive(Debug)]
pub struct Turn<'a, C> {
    queue: &'a WriterQueue<C>,
}

impl<C> WriterQueue<C> {
    /// Waits in line. Whoever `joins` may be given an open transaction ([`Turn::take_open`]).
    pub fn take_turn(&self, joins: bool) -> Turn<'_, C> {
        let mut state = self.lock();
        if state.is_taken {
            let bell = Arc::new(Condvar::new());
            state.waiting.push_back(Waiting { bell: Arc::clone(&bell), joins });
            // The turn is handed over as taken, so the bell alone does not tell: being out of line does.
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
    /// The transaction that the one before has left open.
    pub fn take_open(&self) -> Option<Group<C>> {
        self.queue.lock().open.take()
    }

    /// Hands the open transaction on to the next in line and gives what to wait for, or gives the
    /// transaction back where it must be committed now.
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
        // The next one is woken by the end of this turn.
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
