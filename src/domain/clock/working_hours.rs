//! The hours in which somebody works, and the time that passes within them.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How far back a moment is looked for; working hours that never come do not end otherwise.
const MAX_DAYS: usize = 3_660;

/// A span of a day; without an end it lasts until midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: Time,
    until: Option<Time>,
}

/// Working hours by weekday, in one time zone, without holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours {
    /// From Monday on, each in order and without overlaps.
    week: [Vec<Span>; 7],
    holidays: BTreeSet<Date>,
    zone: TimeZone,
}

impl WorkingHours {
    /// Rules such as `Mon-Fri 09:00-17:30`, separated by commas; `None` if one is malformed, or if they contain no time.
    pub fn parse(text: &str, holidays: BTreeSet<Date>, zone: TimeZone) -> Option<Self> {
        let mut week: [Vec<Span>; 7] = Default::default();
        for rule in text.split(',') {
            let (days, hours) = rule.trim().split_once(char::is_whitespace)?;
            let span = span(hours.trim())?;
            for day in days_of(days)? {
                week.get_mut(day)?.push(span);
            }
        }
        let week = week.map(merged);
        Some(Self { week, holidays, zone })
    }

    /// The working time between two moments; zero if the second is not later.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        let mut sum = SignedDuration::ZERO;
        let mut date = self.zone.to_datetime(from).date();
        let last = self.zone.to_datetime(until).date();
        while date <= last {
            for (begin, end) in self.spans(date) {
                sum += begin.max(from).duration_until(end.min(until)).max(SignedDuration::ZERO);
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        sum
    }

    /// The moment before which everything has waited longer than `duration` at `now`.
    pub fn before(&self, duration: SignedDuration, now: Timestamp) -> Timestamp {
        let mut left = duration;
        let mut date = self.zone.to_datetime(now).date();
        for _ in 0..MAX_DAYS {
            for (begin, end) in self.spans(date).into_iter().rev() {
                let end = end.min(now);
                let length = begin.duration_until(end);
                if left < length {
                    return end.saturating_sub(left).unwrap_or(begin);
                }
                left -= length.max(SignedDuration::ZERO);
            }
            let Ok(yesterday) = date.yesterday() else { break };
            date = yesterday;
        }
        Timestamp::MIN
    }

    /// Whether somebody works at that moment.
    pub fn contain(&self, at: Timestamp) -> bool {
        let date = self.zone.to_datetime(at).date();
        self.spans(date).into_iter().any(|(begin, end)| begin <= at && at < end)
    }

    /// The spans of a day, in order.
    fn spans(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        if self.holidays.contains(&date) {
            return Vec::new();
        }
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
        let moment =
            |date: Date, time: Time| Some(date.to_datetime(time).to_zoned(self.zone.clone()).ok()?.timestamp());
        let span = |span: &Span| {
            let end = match span.until {
                Some(until) => moment(date, until)?,
                None => moment(date.tomorrow().ok()?, Time::midnight())?,
            };
            Some((moment(date, span.from)?, end))
        };
        self.week.get(day).into_iter().flatten().filter_map(span).collect()
    }
}

/// `09:00-17:30`; the end may be `24:00`.
fn span(text: &str) -> Option<Span> {
    let (from, until) = text.split_once('-')?;
    let time = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let number = |text: &str| Some(text).filter(|text| text.len() == 2)?.parse::<i8>().ok();
        Time::new(number(hour)?, number(minute)?, 0, 0).ok()
    };
    let from = time(from)?;
    let until = if until.trim() == "24:00" { None } else { Some(time(until)?) };
    until.is_none_or(|until| from < until).then_some(Span { from, until })
}

/// `Mon`, or `Mon-Fri`; also over the end of the week, as `Sat-Mon`. Days are counted from Monday.
fn days_of(text: &str) -> Option<Vec<usize>> {
    let day = |text: &str| {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        names.iter().position(|name| text.trim().eq_ignore_ascii_case(name))
    };
    match text.split_once('-') {
        None => Some(vec![day(text)?]),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            let count = (last + 7 - first) % 7;
            Some((0..=count).map(|further| (first + further) % 7).collect())
        }
    }
}

/// In order, with what overlaps as one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut whole: Vec<Span> = Vec::new();
    for span in spans {
        match whole.last_mut() {
            Some(last) if last.until.is_none_or(|end| span.from <= end) => {
                last.until = last.until.zip(span.until).map(|(one, other)| one.max(other));
            }
            _ => whole.push(span),
        }
    }
    whole
}

/// Days such as `2026-12-25`, separated by commas, blanks or line ends; what follows a `#` is left out.
pub fn parse_days(text: &str) -> Option<BTreeSet<Date>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words = lines.flat_map(|line| line.split([',', ' ', '\t', ';'])).filter(|word| !word.trim().is_empty());
    words.map(|word| word.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// In Berlin, with Christmas off.
    fn hours(rules: &str) -> Option<WorkingHours> {
        let holidays = parse_days("2026-12-25, 2026-12-26 # Christmas").unwrap();
        WorkingHours::parse(rules, holidays, TimeZone::get("Europe/Berlin").unwrap())
    }

    #[test]
    fn only_time_within_working_hours_passes() {
        let office = hours("Mon-Fri 09:00-17:30").unwrap();
        let minutes = |from, until| office.between(at(from), at(until)).as_mins();
        // From Friday 17:00 in Berlin to Monday 09:30.
        assert_eq!(minutes("2026-11-27T16:00:00Z", "2026-11-30T08:30:00Z"), 60);
        assert_eq!(minutes("2026-11-28T00:00:00Z", "2026-11-29T23:59:59Z"), 0);
        assert_eq!(minutes("2026-12-24T16:00:00Z", "2026-12-28T08:10:00Z"), 40);
        assert_eq!(minutes("2026-11-30T12:00:00Z", "2026-11-30T11:00:00Z"), 0);
        assert!(office.contain(at("2026-11-30T08:00:00Z")) && !office.contain(at("2026-11-30T16:30:00Z")));
    }

    #[test]
    fn what_waits_exactly_as_long_is_not_before() {
        let office = hours("Mon-Fri 09:00-17:00").unwrap();
        let before = |duration, now| office.before(SignedDuration::from_hours(duration), at(now)).to_string();
        assert_eq!(before(1, "2026-11-30T09:30:00Z"), "2026-11-30T08:30:00Z");
        assert_eq!(before(4, "2026-11-30T09:30:00Z"), "2026-11-27T13:30:00Z");
        // One hour since nine: whatever came in over the weekend has waited just that.
        assert_eq!(before(1, "2026-11-30T09:00:00Z"), "2026-11-27T16:00:00Z");
    }

    #[test]
    fn breaks_nights_and_days_that_change_clocks_are_counted_right() {
        let split = hours("Mon-Thu 08:00-12:00, Mon-Thu 13:00-17:00, Mon 11:00-14:00").unwrap();
        assert_eq!(split.between(at("2026-11-30T00:00:00Z"), at("2026-12-01T00:00:00Z")).as_hours(), 9);
        let always = hours("Sat-Fri 00:00-24:00").unwrap();
        assert_eq!(always.between(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")).as_hours(), 23);
        assert_eq!(always.between(at("2026-12-24T22:00:00Z"), at("2026-12-27T00:00:00Z")).as_hours(), 2);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in [
            "",
            "Mon",
            "Mon-Fri",
            "09:00-17:00",
            "Mo 09:00-17:00",
            "Mon 9:00-17:00",
            "Mon 17:00-09:00",
            "Mon 09:00-25:00",
            "Mon 09:00-17:00,",
        ] {
            assert_eq!(hours(text), None, "{text:?}");
        }
        assert_eq!(parse_days("2026-02-30"), None);
        assert_eq!(parse_days("# none\n\n").map(|days| days.len()), Some(0));
    }

    proptest! {
        #[test]
        fn a_moment_is_late_exactly_if_it_has_waited_longer(
            now in 1_700_000_000_i64..1_900_000_000, ago in 0_i64..4_000_000, minutes in 1_i64..3_000,
        ) {
            let office = hours("Mon-Fri 09:00-12:00, Mon-Sat 13:00-24:00").unwrap();
            let now = Timestamp::from_second(now).unwrap();
            let since = Timestamp::from_second(now.as_second() - ago).unwrap();
            let target = SignedDuration::from_mins(minutes);
            prop_assert_eq!(since < office.before(target, now), office.between(since, now) > target);
        }
    }
}
