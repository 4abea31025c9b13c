//! How long to wait before the next try, as people and headers are told: rounded up, at least 1.

use jiff::SignedDuration;

/// Whole seconds, for `Retry-After`.
pub(crate) fn seconds(wait: SignedDuration) -> i64 {
    wait.as_secs().saturating_add(i64::from(wait.subsec_nanos() > 0)).max(1)
}

/// Whole minutes, for sentences and audit entries.
pub(crate) fn minutes(wait: SignedDuration) -> i64 {
    seconds(wait).saturating_add(59) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        for (milliseconds, in_seconds, in_minutes) in
            [(0, 1, 1), (1, 1, 1), (1_000, 1, 1), (1_001, 2, 1), (60_000, 60, 1), (60_001, 61, 2), (-5, 1, 1)]
        {
            let wait = SignedDuration::from_millis(milliseconds);
            assert_eq!((seconds(wait), minutes(wait)), (in_seconds, in_minutes), "{milliseconds} ms");
        }
    }
}
