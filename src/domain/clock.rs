//! The one place that reads the time. Tests hold the clock still and move it by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time; clones share the same hands.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    held: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { held: None }
    }

    /// A clock that stands at `at` until it is advanced.
    pub fn fixed(at: Timestamp) -> Self {
        Self { held: Some(Arc::new(AtomicI64::new(at.as_microsecond()))) }
    }

    /// How long since some moment in the past; it never goes back, unlike a machine's wall clock.
    pub fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.held {
            Some(held) => Duration::from_micros(held.load(Ordering::SeqCst).unsigned_abs()),
            None => START.elapsed(),
        }
    }

    /// The present moment in whole microseconds, as the database stores it.
    pub fn now(&self) -> Timestamp {
        let micros = match &self.held {
            Some(held) => held.load(Ordering::SeqCst),
            None =>
            {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
                Timestamp::now().as_microsecond()
            }
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a fixed clock forward; the machine's clock cannot be moved and stays as it is.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(held) = &self.held {
            let micros = i64::try_from(by.as_micros()).unwrap_or(0);
            held.fetch_add(micros, Ordering::SeqCst);
        }
    }
}
