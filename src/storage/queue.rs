//! A fair queue for SQLite's one writer: first come, first served. Without it threads fight over
//! the database's lock, and some wait for seconds.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub struct WriterQueue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    waiting: VecDeque<Arc<Condvar>>,
}

/// The right to write; passed to the next in line when it is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    queue: &'a WriterQueue,
}

impl WriterQueue {
    /// Waits in line.
    pub fn take_turn(&self) -> Turn<'_> {
        let mut state = self.lock();
        if state.is_taken {
            let bell = Arc::new(Condvar::new());
            state.waiting.push_back(Arc::clone(&bell));
            // The turn is handed over as taken, so the bell alone does not tell: being out of line does.
            while state.waiting.iter().any(|other| Arc::ptr_eq(other, &bell)) {
                state = bell.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        } else {
            state.is_taken = true;
        }
        Turn { queue: self }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        match state.waiting.pop_front() {
            Some(next) => next.notify_one(),
            None => state.is_taken = false,
        }
    }
}
