//! Timestamps are BIGINT columns: microseconds since 1970 in UTC.

use jiff::Timestamp;

pub fn to_micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub fn from_optional(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(from_micros)
}
