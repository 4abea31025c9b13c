//! Dates and times as people type them into forms. What is not understood is an error, never a default: a half-typed
//! date must not pass for an empty field.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{Date, Time, time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::license_key::expiry::in_future;

/// What a date without a time means.
const END_OF_DAY: Time = time(23, 59, 59, 0);

/// The names of the months in the languages of the pages, in full and abbreviated.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar", "jänner"],
    &["feb", "february", "februar"],
    &["mar", "march", "märz", "mär", "mrz"],
    &["apr", "april"],
    &["may", "mai"],
    &["jun", "june", "juni"],
    &["jul", "july", "juli"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october", "okt", "oktober"],
    &["nov", "november"],
    &["dec", "december", "dez", "dezember"],
];

/// Why a typed date or time is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalTimeError {
    /// Not a complete date in a known format, or a year beyond 9999.
    Date,
    /// It is not clear which number is the day and which the month.
    AmbiguousDate,
    /// Not a complete time of day.
    Time,
    /// A time without a date.
    NoDate,
    /// The date already contains a time.
    TwoTimes,
    /// A time that does not exist on that day, because the clocks go forward.
    Skipped,
    NotInFuture,
}

impl LocalTimeError {
    /// Whether the error is in the field for the time.
    pub(crate) fn is_of_time(self) -> bool {
        matches!(self, Self::Time | Self::TwoTimes)
    }
}

/// The future moment that a date and a time mean in `zone`; `None` only if both are empty. A date without a time means
/// the end of that day. The date may contain the time, as in `2027-01-31T18:00`. For a time that occurs twice, the
/// earlier moment is used.
pub(crate) fn parse_end(
    date: &str,
    time: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<Timestamp>, LocalTimeError> {
    let (date, own_time) = split(date.trim());
    let time = match (date, own_time, time.trim()) {
        ("", _, "") => return Ok(None),
        ("", _, _) => return Err(LocalTimeError::NoDate),
        (_, Some(_), typed) if !typed.is_empty() => return Err(LocalTimeError::TwoTimes),
        (_, Some(own), _) => parse_time(own).map_err(|_| LocalTimeError::Date)?,
        (_, None, "") => END_OF_DAY,
        (_, None, typed) => parse_time(typed)?,
    };
    let local = parse_date(date)?.to_datetime(time);
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(LocalTimeError::Skipped);
    }
    // The last hours of the year 9999 exceed the range of a timestamp; they are clamped to its maximum.
    let is_end_of_time = local.year() == 9999;
    let at = ambiguous.earlier().or(if is_end_of_time { Ok(Timestamp::MAX) } else { Err(LocalTimeError::Date) })?;
    in_future(at, now).map(Some).map_err(|_| LocalTimeError::NotInFuture)
}

/// Splits off a time that follows the date in the same text.
fn split(text: &str) -> (&str, Option<&str>) {
    if let Some((date, time)) = text.split_once('T').filter(|(date, _)| date.len() == 10) {
        return (date, Some(time));
    }
    match text.rsplit_once(' ') {
        Some((date, time)) if time.contains(':') => (date.trim_end(), Some(time)),
        _ => (text, None),
    }
}

/// Parses a complete date: `2026-12-31`, `31.12.2026`, `31 Dec 2026`, `December 31, 2026`, `31. Dezember 2026`. Of
/// `12/31/2026`, one number must be too large for a month, or both must be the same.
pub(crate) fn parse_date(text: &str) -> Result<Date, LocalTimeError> {
    let text = text.trim();
    if text.chars().any(char::is_alphabetic) {
        return in_words(text);
    }
    let parts = |separator: char| <[&str; 3]>::try_from(text.split(separator).collect::<Vec<_>>()).ok();
    if let Some([year, month, day]) = parts('-') {
        return date(year, number(month, 2..=2), number(day, 2..=2));
    }
    if let Some([day, month, year]) = parts('.') {
        return date(year, number(month.trim(), 1..=2), number(day.trim(), 1..=2));
    }
    let [first, second, year] = parts('/').ok_or(LocalTimeError::Date)?;
    let (first, second) = (number(first, 1..=2), number(second, 1..=2));
    match (first, second) {
        (Some(first), Some(second)) if first <= 12 && second <= 12 && first != second => {
            // Whether the rest is right can only be judged once the order is known.
            date(year, Some(1), Some(1)).and(Err(LocalTimeError::AmbiguousDate))
        }
        (Some(day), month) if day > 12 => date(year, month, Some(day)),
        (month, day) => date(year, month, day),
    }
}

fn in_words(text: &str) -> Result<Date, LocalTimeError> {
    let spaced = text.replace([',', '.'], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let [first, second, year] = words.as_slice() else { return Err(LocalTimeError::Date) };
    match (month(first), month(second)) {
        (Some(month), None) => date(year, Some(month), number(second, 1..=2)),
        (None, Some(month)) => date(year, Some(month), number(first, 1..=2)),
        _ => Err(LocalTimeError::Date),
    }
}

fn month(word: &str) -> Option<i16> {
    let word = word.to_lowercase();
    let index = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    i16::try_from(index + 1).ok()
}

fn date(year: &str, month: Option<i16>, day: Option<i16>) -> Result<Date, LocalTimeError> {
    let made = || {
        let (month, day) = (i8::try_from(month?).ok()?, i8::try_from(day?).ok()?);
        Date::new(number(year.trim(), 4..=4)?, month, day).ok()
    };
    made().ok_or(LocalTimeError::Date)
}

/// Parses a complete time of day on the 24-hour clock: `18:00`, `9:30`, `23:59:59`.
fn parse_time(text: &str) -> Result<Time, LocalTimeError> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "00"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return Err(LocalTimeError::Time),
    };
    let part = |text, lengths| number(text, lengths).and_then(|number| i8::try_from(number).ok());
    let made = || Time::new(part(hour, 1..=2)?, part(minute, 2..=2)?, part(second, 2..=2)?, 0).ok();
    made().ok_or(LocalTimeError::Time)
}

/// The number that a text of ASCII digits stands for; `None` for other texts and other lengths.
fn number(text: &str, lengths: RangeInclusive<usize>) -> Option<i16> {
    let is_number = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(date: &str, time: &str) -> Result<Option<String>, LocalTimeError> {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        let now = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        parse_end(date, time, &zone, now).map(|end| end.map(|at| at.to_string()))
    }

    #[test]
    fn only_two_empty_fields_are_empty() {
        assert_eq!(end("", ""), Ok(None));
        assert_eq!(end(" \t", "\r\n"), Ok(None));
        assert_eq!(end("", "18:00"), Err(LocalTimeError::NoDate));
        assert_eq!(end("\u{200B}", ""), Err(LocalTimeError::Date));
    }

    #[test]
    fn a_date_is_the_end_of_that_day_and_a_time_is_read_in_the_zone() {
        for (date, time, expected) in [
            ("2026-07-01", "", "2026-07-01T21:59:59Z"),
            ("2026-07-01", "12:00", "2026-07-01T10:00:00Z"),
            ("2026-07-01", "9:05:07", "2026-07-01T07:05:07Z"),
            ("2026-07-01T12:00", "", "2026-07-01T10:00:00Z"),
            ("2026-07-01 12:00:30", " ", "2026-07-01T10:00:30Z"),
            ("31.12.2026 18:00", "", "2026-12-31T17:00:00Z"),
            ("9999-12-31", "", "9999-12-30T22:00:00Z"),
        ] {
            assert_eq!(end(date, time), Ok(Some(expected.to_owned())), "{date:?} {time:?}");
        }
    }

    #[test]
    fn a_skipped_time_is_an_error_and_a_repeated_one_the_earlier() {
        assert_eq!(end("2026-03-29", "02:30"), Err(LocalTimeError::Skipped));
        assert_eq!(end("2026-10-25", "02:30"), Ok(Some("2026-10-25T00:30:00Z".to_owned())));
    }

    #[test]
    fn the_usual_forms_of_a_date_mean_the_same() {
        for text in [
            "2026-12-31",
            " 31.12.2026 ",
            "31. 12. 2026",
            "31 Dec 2026",
            "31 december 2026",
            "Dec 31, 2026",
            "31. Dezember 2026",
            "31. Dez. 2026",
            "12/31/2026",
            "31/12/2026",
        ] {
            assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Ok("2026-12-31"), "{text:?}");
        }
        assert_eq!(parse_date("5/5/2026").map(|date| date.to_string()).as_deref(), Ok("2026-05-05"));
        assert_eq!(parse_date("1. März 2026").map(|date| date.to_string()).as_deref(), Ok("2026-03-01"));
        assert_eq!(parse_date("03/04/2026"), Err(LocalTimeError::AmbiguousDate));
    }

    #[test]
    fn what_is_half_typed_or_nonsense_is_refused() {
        for text in [
            "x",
            "2026",
            "2026-1",
            "2026-12",
            "2026-12-",
            "2026-12-3",
            "2026-1-1",
            "20261231",
            "31.12.",
            "31.12.20",
            "31.12.202",
            "12/31",
            "12/31/",
            "12/31/20",
            "03/04/20",
            "mm/dd/yyyy",
            "31 Dec",
            "31 Dec 202",
            "Dec 2026",
            "31 Foo 2026",
            "99999-01-01",
            "2026-13-01",
            "2026-02-30",
            "30.02.2026",
            "-2026-01-01",
            "+2026-01-01",
            "2026-01-01Z",
            "٢٠٢٦-٠١-٠١",
            "\0",
        ] {
            assert_eq!(parse_date(text), Err(LocalTimeError::Date), "{text:?}");
            assert_eq!(end(text, ""), Err(LocalTimeError::Date), "{text:?}");
        }
        for text in ["2026-07-01T", "2026-07-01T1", "2026-07-01T12:0", "2026-07-01T25:00", "2026-01-01T00:00Z"] {
            assert_eq!(end(text, ""), Err(LocalTimeError::Date), "{text:?}");
        }
        for text in ["x", "18", "18:", "18:0", ":30", "24:00", "12:60", "12:00:60", "-1:00", "6 pm", "18:00:00:00"] {
            assert_eq!(end("2026-07-01", text), Err(LocalTimeError::Time), "{text:?}");
        }
        assert_eq!(end("2026-07-01T12:00", "12:00"), Err(LocalTimeError::TwoTimes));
        assert_eq!(end("2025-12-31", ""), Err(LocalTimeError::NotInFuture));
    }
}
