//! The target: how long a grant may wait before it is late, and whether its clock keeps working hours.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::clock::working_hours::WorkingHours;

/// How long a grant may wait.
#[derive(Debug, Clone)]
pub struct Target {
    pub duration: SignedDuration,
    /// `None`: the clock never stops.
    pub hours: Option<Arc<WorkingHours>>,
}

impl Target {
    /// How long something has waited, by the target's clock; zero if it did not begin yet.
    pub fn waited(&self, since: Timestamp, now: Timestamp) -> SignedDuration {
        match &self.hours {
            Some(hours) => hours.between(since, now),
            None => since.duration_until(now).max(SignedDuration::ZERO),
        }
    }

    /// What has waited since before this moment is late.
    pub fn late_before(&self, now: Timestamp) -> Timestamp {
        match &self.hours {
            Some(hours) => hours.before(self.duration, now),
            None => now.saturating_sub(self.duration).unwrap_or(Timestamp::MIN),
        }
    }

    /// Whether what waits since that moment is late.
    pub fn is_missed(&self, since: Timestamp, now: Timestamp) -> bool {
        since < self.late_before(now)
    }

    /// Whether the clock stands still at that moment.
    pub fn stands_still(&self, now: Timestamp) -> bool {
        self.hours.as_ref().is_some_and(|hours| !hours.contain(now))
    }
}
