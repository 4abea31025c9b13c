//! Timestamps are BIGINT columns: microseconds since 1970 in UTC.

use jiff::Timestamp;

/// A timestamp as stored: microseconds since 1970 in UTC.
pub(crate) fn to_micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A timestamp from its stored form.
pub(crate) fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn from_optional(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(from_micros)
}
