//! The only place that reads the time. Tests use a fixed clock and advance it.

pub(crate) mod local_time;
pub mod working_hours;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// How far the clocks of two nodes may differ. A moment that is further ahead than its rule allows, by more than this,
/// was noted by a clock that was wrong.
pub const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Whether less than `lifetime` has passed since a moment that was noted earlier (in seconds since 1970). Not if it is
/// ahead: then a clock was wrong, and nobody knows how much has passed.
pub fn is_within(since: i64, lifetime: SignedDuration, now: Timestamp) -> bool {
    let age = now.as_second().saturating_sub(since);
    age >= -SKEW.as_secs() && age < lifetime.as_secs()
}

/// A source of the current time; clones share the same state.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed_at: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system clock.
    pub fn system() -> Self {
        Self { fixed_at: None }
    }

    /// A clock fixed at `at` until [`Clock::advance`] is called.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed_at: Some(Arc::new(AtomicI64::new(at.as_microsecond()))) }
    }

    /// Time since an arbitrary moment in the past; unlike the wall clock, it never goes back.
    pub fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.fixed_at {
            Some(fixed_at) => Duration::from_micros(fixed_at.load(Ordering::SeqCst).unsigned_abs()),
            None => START.elapsed(),
        }
    }

    /// The current time in whole microseconds, the precision of the database.
    pub fn now(&self) -> Timestamp {
        let micros = match &self.fixed_at {
            Some(fixed_at) => fixed_at.load(Ordering::SeqCst),
            None =>
            {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
                Timestamp::now().as_microsecond()
            }
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a fixed clock forward; has no effect on the system clock.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(fixed_at) = &self.fixed_at {
            let micros = i64::try_from(by.as_micros()).unwrap_or(0);
            fixed_at.fetch_add(micros, Ordering::SeqCst);
        }
    }
}
