//! Waking sleeping workers.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes sleeping workers when there may be work. Clones wake the same workers.
#[derive(Debug, Clone, Default)]
pub struct Notifier {
    count: Arc<(Mutex<u64>, Condvar)>,
}

impl Notifier {
    /// Wakes all sleeping workers.
    pub fn notify(&self) {
        let (count, changed) = &*self.count;
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        changed.notify_all();
    }

    /// The number of notifications so far.
    pub(super) fn seen(&self) -> u64 {
        *self.count.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps unless there was a notification since `seen` was read.
    pub(super) fn sleep(&self, seen: u64, at_most: Duration) {
        let (count, changed) = &*self.count;
        let guard = count.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(guard, at_most, |count| *count == seen));
    }
}
