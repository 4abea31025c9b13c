//! Dates and times as shops and spreadsheets write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};

/// Which comes first in a date with slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DayOrder {
    #[default]
    MonthFirst,
    DayFirst,
}

impl DayOrder {
    /// What this date shows; `None` if it could be both.
    pub(crate) fn shown_by(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(|part| part.trim().parse::<u8>().ok());
        let (first, second) = (parts.next()??, parts.next()??);
        match (first > 12, second > 12) {
            (true, false) => Some(Self::DayFirst),
            (false, true) => Some(Self::MonthFirst),
            _ => None,
        }
    }
}

/// Formats without an offset; a date alone is its midnight.
const LOCAL: [&str; 12] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%b %d, %Y %H:%M",
];

const MONTH_FIRST: [&str; 5] =
    ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y"];
const DAY_FIRST: [&str; 3] = ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"];

/// The moment of a text, with its own offset, or else in `zone`; `None` if it is not a date.
pub(crate) fn parse(text: &str, zone: &TimeZone, order: DayOrder) -> Option<Timestamp> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    for format in ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S %:z", "%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M:%S %z"] {
        if let Some(at) = BrokenDownTime::parse(format, &text).ok().and_then(|found| found.to_timestamp().ok()) {
            return Some(at);
        }
    }
    if let Some((rest, name)) = text.rsplit_once(' ')
        && let Some(own) = named_zone(name)
    {
        return in_zone(local(rest, order)?, &own);
    }
    in_zone(local(&text, order)?, zone)
}

/// The zone that an abbreviation in a file stands for; `None` if it is not known.
pub(crate) fn named_zone(name: &str) -> Option<TimeZone> {
    let hours = match name.to_ascii_uppercase().as_str() {
        "UTC" | "GMT" | "Z" | "WET" => 0,
        "BST" | "WEST" | "CET" | "MEZ" => 1,
        "CEST" | "MESZ" | "EET" => 2,
        "EEST" => 3,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "JST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        _ => return TimeZone::get(name).ok().filter(|_| name.contains('/')),
    };
    Offset::from_hours(hours).ok().map(TimeZone::fixed)
}

fn local(text: &str, order: DayOrder) -> Option<DateTime> {
    let slashed: &[&str] = match order {
        DayOrder::MonthFirst => &MONTH_FIRST,
        DayOrder::DayFirst => &DAY_FIRST,
    };
    LOCAL.iter().chain(slashed).find_map(|format| civil(format, text)).or_else(|| serial(text))
}

fn civil(format: &str, text: &str) -> Option<DateTime> {
    let found = BrokenDownTime::parse(format, text).ok()?;
    let day: Date = found.to_date().ok()?;
    let time = if format.contains("%M") { found.to_time().ok()? } else { Time::midnight() };
    Some(day.to_datetime(time))
}

/// The days since the end of 1899 that a spreadsheet makes of a date, from 1955 to 2119.
fn serial(text: &str) -> Option<DateTime> {
    let days: f64 = text.replace(',', ".").parse().ok().filter(|days| (20_000.0..80_000.0).contains(days))?;
    #[expect(clippy::cast_possible_truncation, reason = "the number has at most five digits before its point")]
    let seconds = (days * 86_400.0).round() as i64;
    date(1899, 12, 30).at(0, 0, 0, 0).checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

fn in_zone(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).compatible().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, order: DayOrder) -> Option<String> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        parse(text, &zone, order).map(|at| at.to_string())
    }

    #[test]
    fn each_notation_is_read() {
        for (text, expected) in [
            ("2026-11-20T09:50:26Z", "2026-11-20T09:50:26Z"),
            ("2026-11-20 09:50:26 +0200", "2026-11-20T07:50:26Z"),
            ("2026-11-20 09:50:26 UTC", "2026-11-20T09:50:26Z"),
            ("2026-11-20T09:50:26", "2026-11-20T08:50:26Z"),
            ("2026-11-20 09:50", "2026-11-20T08:50:00Z"),
            ("2026-07-20", "2026-07-19T22:00:00Z"),
            ("20.11.2026 09:50", "2026-11-20T08:50:00Z"),
            ("11/20/2026 9:50", "2026-11-20T08:50:00Z"),
            ("9/6/2016  6:29:00", "2016-09-06T04:29:00Z"),
            ("09/21/2026 06:33:20 PDT", "2026-09-21T13:33:20Z"),
            ("46286.5", "2026-09-21T10:00:00Z"),
        ] {
            assert_eq!(at(text, DayOrder::MonthFirst).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(at("6/9/2016 6:29", DayOrder::DayFirst).as_deref(), Some("2016-09-06T04:29:00Z"));
        for text in ["", "yesterday", "2026-13-01", "31.02.2026", "12", "2026-11-20 25:00"] {
            assert_eq!(at(text, DayOrder::MonthFirst), None, "{text}");
        }
    }

    #[test]
    fn a_date_shows_its_order_if_one_part_is_no_month() {
        assert_eq!(DayOrder::shown_by("09/21/2026"), Some(DayOrder::MonthFirst));
        assert_eq!(DayOrder::shown_by("21/09/2026"), Some(DayOrder::DayFirst));
        assert_eq!(DayOrder::shown_by("09/10/2026"), None);
        assert_eq!(DayOrder::shown_by("2026-09-10"), None);
    }
}
