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

/// Why an instant is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiryError {
    /// Not a date and time, or a year beyond 9999.
    Malformed,
    NotInFuture,
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

/// The time zone in which an expiry is displayed to everybody: the one it was chosen in, or the business's.
pub fn display_zone(chosen: Option<&str>, business: &TimeZone) -> TimeZone {
    chosen.and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| business.clone())
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

    /// The end of the period that starts at `from`, by the calendar in `zone`; `None` if it is past the year 9999. A
    /// month that has no such day ends on its last one: 31 January and a month is 28 February.
    pub fn end(self, from: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let count = i64::from(self.count);
        let span = match self.interval {
            Interval::Day => Span::new().try_days(count),
            Interval::Week => Span::new().try_weeks(count),
            Interval::Month => Span::new().try_months(count),
            Interval::Year => Span::new().try_years(count),
        };
        from.to_zoned(zone.clone()).checked_add(span.ok()?).ok().map(|end| end.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn a_period_is_counted_by_the_calendar_of_the_zone() {
        let end = |from: &str, zone: &str, count, interval| {
            let zone = TimeZone::get(zone).expect("a known zone");
            let period = ValidityPeriod::new(count, interval).expect("a period");
            period.end(at(from), &zone).map(|end| end.to_zoned(zone).datetime().to_string())
        };
        for (from, zone, count, interval, expected) in [
            // In UTC it is still the last day of February.
            ("2026-02-28T20:00:00Z", "Pacific/Auckland", 1, Interval::Month, "2026-04-01T09:00:00"),
            ("2026-02-28T23:30:00Z", "Europe/Berlin", 1, Interval::Month, "2026-04-01T00:30:00"),
            ("2026-01-31T12:00:00Z", "UTC", 1, Interval::Month, "2026-02-28T12:00:00"),
            ("2026-01-31T12:00:00Z", "UTC", 2, Interval::Month, "2026-03-31T12:00:00"),
            ("2028-02-29T12:00:00Z", "UTC", 1, Interval::Year, "2029-02-28T12:00:00"),
            ("2028-02-29T12:00:00Z", "UTC", 4, Interval::Year, "2032-02-29T12:00:00"),
            // The clocks go forward in between: the hour of the day stays.
            ("2026-03-28T12:00:00Z", "Europe/Berlin", 1, Interval::Day, "2026-03-29T13:00:00"),
            ("2026-03-25T12:00:00Z", "Europe/Berlin", 1, Interval::Week, "2026-04-01T13:00:00"),
        ] {
            assert_eq!(end(from, zone, count, interval).as_deref(), Some(expected), "{from} in {zone}");
        }
        assert_eq!(end("9999-01-01T00:00:00Z", "UTC", 1, Interval::Year), None);
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
