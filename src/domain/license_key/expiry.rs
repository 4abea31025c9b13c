//! Limits of a key: the number of activations, and the expiry.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// How many activations a key allows: 1 to 2,147,483,647.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivationsLimit(i32);

/// The text is not a whole number from 1 to 2,147,483,647.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivationsLimitError;

impl ActivationsLimit {
    pub fn parse(text: &str) -> Result<Self, ActivationsLimitError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ActivationsLimitError);
        }
        text.parse().ok().and_then(Self::new).ok_or(ActivationsLimitError)
    }

    pub fn new(value: i32) -> Option<Self> {
        (value >= 1).then_some(Self(value))
    }

    pub fn get(self) -> i32 {
        self.0
    }
}

/// Why a date and time is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiryError {
    /// Not a date and time, or a year beyond 9999.
    Malformed,
    /// A local time that does not exist, because the clocks go forward.
    Skipped,
    NotInFuture,
}

/// Parses a local `YYYY-MM-DDTHH:MM` in `zone`; a date alone means the end of that day. For a time that occurs twice,
/// the earlier instant is used.
pub fn parse_local(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, ExpiryError> {
    let text = text.trim();
    let shape_fits =
        text.len() <= 26 && text.bytes().all(|b| b.is_ascii_digit() || b"-:T .".contains(&b)) && !text.starts_with('-');
    if !shape_fits {
        return Err(ExpiryError::Malformed);
    }
    let local: DateTime = if text.len() == 10 { format!("{text}T23:59:59") } else { text.to_owned() }
        .parse()
        .map_err(|_| ExpiryError::Malformed)?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return Err(ExpiryError::Skipped);
    }
    // The last hours of the year 9999 exceed the range of a timestamp; they are clamped to its maximum.
    let is_end_of_time = local.year() == 9999;
    let at = ambiguous.earlier().or(if is_end_of_time { Ok(Timestamp::MAX) } else { Err(ExpiryError::Malformed) })?;
    in_future(at, now)
}

/// Parses an instant in RFC 3339. The last hours of the year 9999, which exceed the range of a timestamp, are clamped
/// to its maximum.
pub fn parse_rfc3339(text: &str) -> Result<Timestamp, ExpiryError> {
    text.parse().or_else(|_| {
        let local = text.strip_suffix(['Z', 'z']).unwrap_or(text);
        let is_moment = local.len() < text.len() || local.contains('+');
        let local: DateTime = local.parse().map_err(|_| ExpiryError::Malformed)?;
        if is_moment && local.year() == 9999 { Ok(Timestamp::MAX) } else { Err(ExpiryError::Malformed) }
    })
}

/// Accepts an instant after `now`. The maximum is the last whole second of the range, because a fraction of it cannot
/// be stored.
pub fn in_future(at: Timestamp, now: Timestamp) -> Result<Timestamp, ExpiryError> {
    let end = Timestamp::from_second(Timestamp::MAX.as_second()).unwrap_or(at);
    if at > now { Ok(at.min(end)) } else { Err(ExpiryError::NotInFuture) }
}

/// The unit of an entitlement's default validity period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    Day,
    Week,
    Month,
    Year,
}

impl Interval {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week",
            Self::Month => "Month",
            Self::Year => "Year",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.as_str().eq_ignore_ascii_case(text))
    }
}

/// How long a key is valid after its delivery: a count from 1 to 9,999 and a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidityPeriod {
    pub count: i32,
    pub interval: Interval,
}

impl ValidityPeriod {
    pub const MAX_COUNT: i32 = 9_999;

    pub fn new(count: i32, interval: Interval) -> Option<Self> {
        (1..=Self::MAX_COUNT).contains(&count).then_some(Self { count, interval })
    }

    /// The end of the period that starts at `from`, by the UTC calendar; `None` if it is past the year 9999.
    pub fn end(self, from: Timestamp) -> Option<Timestamp> {
        let count = i64::from(self.count);
        let span = match self.interval {
            Interval::Day => Span::new().try_days(count),
            Interval::Week => Span::new().try_weeks(count),
            Interval::Month => Span::new().try_months(count),
            Interval::Year => Span::new().try_years(count),
        };
        from.to_zoned(TimeZone::UTC).checked_add(span.ok()?).ok().map(|end| end.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").expect("a known zone")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn a_local_time_is_read_in_its_zone() {
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(parse_local("2026-07-01T12:00", &berlin(), now), Ok(at("2026-07-01T10:00:00Z")));
        assert_eq!(parse_local("2026-07-01", &berlin(), now), Ok(at("2026-07-01T21:59:59Z")));
    }

    #[test]
    fn a_skipped_time_is_an_error_and_a_repeated_one_the_earlier() {
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(parse_local("2026-03-29T02:30", &berlin(), now), Err(ExpiryError::Skipped));
        assert_eq!(parse_local("2026-10-25T02:30", &berlin(), now), Ok(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn nonsense_and_the_past_are_refused() {
        let now = at("2026-01-01T00:00:00Z");
        for text in [
            "x",
            "99999-01-01T00:00",
            "2026-13-01T00:00",
            "2026-02-30T00:00",
            "-2026-01-01T00:00",
            "2026-01-01T00:00Z",
            "\0",
            "2026-01-01T25:00",
        ] {
            assert_eq!(parse_local(text, &berlin(), now), Err(ExpiryError::Malformed), "{text:?}");
        }
        assert_eq!(parse_local("2025-12-31T00:00", &berlin(), now), Err(ExpiryError::NotInFuture));
    }

    #[test]
    fn limits_are_whole_numbers_in_range() {
        for text in ["0", "-1", "1.5", "2147483648", "99999999999999999999", "x", "+1", "1e3", "", "١"] {
            assert_eq!(ActivationsLimit::parse(text), Err(ActivationsLimitError), "{text:?}");
        }
        assert_eq!(ActivationsLimit::parse(" 2147483647 ").map(ActivationsLimit::get), Ok(i32::MAX));
    }

    #[test]
    fn moments_are_read_to_the_end_of_the_year_9999() {
        let read = |text: &str| parse_rfc3339(text).map(|at| at.to_string());
        assert_eq!(read("2027-01-31T12:00:00+02:00").as_deref(), Ok("2027-01-31T10:00:00Z"));
        for text in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.5+02:00"] {
            assert_eq!(parse_rfc3339(text), Ok(Timestamp::MAX), "{text}");
        }
        for text in
            ["", "tomorrow", "2027-01-31", "9999-12-31T23:59:59", "9999-13-31T23:59:59Z", "10000-01-01T00:00:00Z"]
        {
            assert_eq!(parse_rfc3339(text), Err(ExpiryError::Malformed), "{text}");
        }
    }
}
