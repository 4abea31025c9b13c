//! Deliveries by day in a time zone, and how long they had waited. Percentiles are values that occurred, so every
//! delivery of these days is read, from an index alone.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::handling;
use crate::domain::grant::target::Target;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::grants;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The number of days whose waiting times are computed, including today.
pub const WAIT_DAYS: usize = 15;
/// The maximum number of deliveries read; the oldest are left out.
const MAX_DELIVERIES: i64 = 50_000;
/// The first hour shown, unless there was an earlier delivery.
const MORNING: usize = 8;

/// The waiting times, in seconds, that 50, 90 and 99 percent of deliveries did not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    pub p50: i64,
    pub p90: i64,
    pub p99: i64,
}

impl Percentiles {
    /// `None` if there are no values.
    fn of(mut values: Vec<i64>) -> Option<Self> {
        values.sort_unstable();
        let at = |percent: usize| values.get((values.len() * percent).div_ceil(100).max(1) - 1).copied();
        Some(Self { p50: at(50)?, p90: at(90)?, p99: at(99)? })
    }
}

/// The deliveries of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub count: i64,
    /// `None` before the last [`WAIT_DAYS`], and if nothing was delivered.
    pub waits: Option<Percentiles>,
}

/// The days up to and including today.
#[derive(Debug, Clone)]
pub struct Throughput {
    pub days: Vec<Day>,
    /// Over the last [`WAIT_DAYS`].
    pub waits: Option<Percentiles>,
    /// Deliveries yesterday up to the current time of day.
    pub yesterday_by_now: i64,
    /// Deliveries today in each hour up to the current one.
    hours: Vec<i64>,
}

/// Since when a grant had waited, without the time it was paused, when it was delivered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delivery {
    waiting_since: Timestamp,
    delivered_at: Timestamp,
}

impl Delivery {
    pub(super) fn wait_seconds(&self, target: &Target) -> i64 {
        target.waited(self.waiting_since, self.delivered_at).as_secs()
    }
}

/// How long grants were paused before they were delivered. Few are ever paused, so that the index need not have this.
pub(super) struct Pauses(HashMap<(i64, i64), Vec<i64>>);

impl Pauses {
    /// Those of grants that were delivered since that moment.
    pub(super) fn read(conn: &mut Conn, since: Timestamp) -> Result<Self, StorageError> {
        let mut pauses: HashMap<(i64, i64), Vec<i64>> = HashMap::new();
        for (created_at, delivered_at, duration) in handling::of_delivered(conn, since)? {
            pauses.entry((created_at, delivered_at)).or_default().push(duration);
        }
        Ok(Self(pauses))
    }

    /// A delivery without its pause; each is used up by one delivery.
    pub(super) fn delivery(&mut self, created_at: i64, delivered_at: i64) -> Delivery {
        let pause = self.0.get_mut(&(created_at, delivered_at)).and_then(Vec::pop).unwrap_or_default();
        let waiting_since = from_micros(created_at.saturating_add(pause));
        Delivery { waiting_since, delivered_at: from_micros(delivered_at) }
    }
}

/// The last `days` days, at least two, in the time zone of `now`; waiting times are those of the target's clock.
pub fn read(conn: &mut Conn, days: usize, now: &Zoned, target: &Target) -> Result<Throughput, StorageError> {
    let starts = day_starts(days.max(2), now);
    let since = starts.first().map_or(now.timestamp(), |(_, start)| *start);
    let rows: Vec<(i64, Option<i64>)> = grants::table
        .filter(grants::delivered_at.ge(to_micros(since)))
        .order(grants::delivered_at.desc())
        .select((grants::created_at, grants::delivered_at))
        .inline_limit(MAX_DELIVERIES)
        .load(conn)?;
    let mut pauses = Pauses::read(conn, since)?;
    let oldest_first = rows
        .into_iter()
        .rev()
        .filter_map(|(created_at, delivered_at)| Some(pauses.delivery(created_at, delivered_at?)));
    Ok(Throughput::of(&oldest_first.collect::<Vec<_>>(), &starts, now, target))
}

/// Each day and when it begins, oldest first. A day has 23 or 25 hours when clocks change.
fn day_starts(days: usize, now: &Zoned) -> Vec<(Date, Timestamp)> {
    let back = |days: usize| now.date().saturating_sub(i64::try_from(days).unwrap_or(0).days());
    let start = |day: Date| day.to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |start| start.timestamp());
    (0..days).rev().map(back).map(|day| (day, start(day))).collect()
}

impl Throughput {
    /// Sorts deliveries, oldest first, into days.
    fn of(deliveries: &[Delivery], starts: &[(Date, Timestamp)], now: &Zoned, target: &Target) -> Self {
        let place = |at: Timestamp| deliveries.partition_point(|one| one.delivered_at < at);
        let between = |from, until| deliveries.get(place(from)..until).unwrap_or_default();
        let wait = |one: &Delivery| one.wait_seconds(target);
        let waits = |deliveries: &[Delivery]| Percentiles::of(deliveries.iter().map(wait).collect());
        let has_waits_from = starts.len().saturating_sub(WAIT_DAYS);
        let ends = starts.iter().skip(1).map(|(_, start)| place(*start)).chain([deliveries.len()]);
        let days = starts.iter().zip(ends).enumerate().map(|(number, ((date, start), end))| {
            let made = between(*start, end);
            Day { date: *date, count: count(made), waits: (number >= has_waits_from).then(|| waits(made)).flatten() }
        });
        let start_of = |back: usize| starts.iter().rev().nth(back).map_or(Timestamp::MIN, |(_, start)| *start);
        let mut hours = vec![0; usize::try_from(now.hour()).unwrap_or(0) + 1];
        for one in between(start_of(0), deliveries.len()) {
            let hour = now.time_zone().to_datetime(one.delivered_at).hour();
            if let Some(count) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
                *count += 1;
            }
        }
        let yesterday = now.date().saturating_sub(1.day());
        let until = yesterday.to_datetime(now.time()).to_zoned(now.time_zone().clone());
        let until = until.map_or(now.timestamp(), |at| at.timestamp());
        let just_after = until.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(until);
        Self {
            days: days.collect(),
            waits: waits(between(start_of(WAIT_DAYS.min(starts.len()) - 1), deliveries.len())),
            yesterday_by_now: count(between(start_of(1), place(just_after))),
            hours,
        }
    }

    /// The number of deliveries on all days.
    pub fn total(&self) -> i64 {
        self.days.iter().map(|day| day.count).sum()
    }

    /// The day with the most deliveries; the latest of several.
    pub fn best(&self) -> Option<&Day> {
        self.days.iter().max_by_key(|day| day.count)
    }

    /// The days whose waiting time is shown.
    pub fn recent(&self) -> &[Day] {
        self.days.get(self.days.len().saturating_sub(WAIT_DAYS)..).unwrap_or_default()
    }

    pub fn today_count(&self) -> i64 {
        self.days.last().map_or(0, |day| day.count)
    }

    /// The time that half of today's deliveries waited at most, in seconds.
    pub fn median_today(&self) -> Option<i64> {
        Some(self.days.last()?.waits?.p50)
    }

    /// The first hour shown, and today's deliveries per hour from there.
    pub fn by_hour(&self) -> (usize, &[i64]) {
        let earliest = self.hours.iter().position(|count| *count > 0).unwrap_or(MORNING);
        let first = MORNING.min(earliest).min(self.hours.len() - 1);
        (first, self.hours.get(first..).unwrap_or_default())
    }
}

fn count(deliveries: &[Delivery]) -> i64 {
    i64::try_from(deliveries.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Deliveries at these moments, each after five minutes, as of `now` in Berlin.
    fn delivered(moments: &[&str], now: &str) -> Throughput {
        let now = at(now).in_tz("Europe/Berlin").unwrap();
        let mut deliveries: Vec<_> = moments
            .iter()
            .map(|text| Delivery { waiting_since: at(text) - SignedDuration::from_mins(5), delivered_at: at(text) })
            .collect();
        deliveries.sort_by_key(|one| one.delivered_at);
        let target = Target { duration: SignedDuration::from_hours(4), hours: None };
        Throughput::of(&deliveries, &day_starts(31, &now), &now, &target)
    }

    #[test]
    fn days_and_hours_are_the_readers() {
        let moments = ["2026-06-14T21:59:59Z", "2026-06-14T22:00:00Z", "2026-06-14T10:30:00Z", "2026-06-14T10:30:01Z"];
        let found = delivered(&moments, "2026-06-15T10:30:00Z");
        assert_eq!((found.median_today(), found.today_count()), (Some(300), 1));
        assert_eq!((found.yesterday_by_now, found.total()), (1, 4));
        assert_eq!(found.best().map(|day| day.count), Some(3));
        assert_eq!(found.by_hour(), (0, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]));
        assert_eq!(found.recent().len(), WAIT_DAYS);
    }

    #[test]
    fn a_day_on_which_clocks_change_has_its_23_or_25_hours() {
        let spring = ["2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"];
        let counts = |found: &Throughput| found.days.iter().rev().take(3).map(|day| day.count).collect::<Vec<_>>();
        assert_eq!(counts(&delivered(&spring, "2026-03-30T10:00:00Z")), [1, 2, 1]);
        let autumn = ["2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"];
        assert_eq!(counts(&delivered(&autumn, "2026-10-26T10:00:00Z")), [1, 2, 1]);
        // The hour from two to three, twice.
        let twice = delivered(&["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"], "2026-10-25T10:00:00Z");
        assert_eq!(twice.by_hour().1.first(), Some(&2));
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(Percentiles::of((1..=100).rev().collect()), Some(Percentiles { p50: 50, p90: 90, p99: 99 }));
        assert_eq!(Percentiles::of(vec![7]), Some(Percentiles { p50: 7, p90: 7, p99: 7 }));
        assert_eq!(Percentiles::of(Vec::new()), None);
    }
}
