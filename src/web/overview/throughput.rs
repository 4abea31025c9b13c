//! The deliveries of the last days and how long they had waited, by day in the reader's time zone.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::svg::{self, Spark};
use crate::i18n::{Language, Localizer};
use crate::storage::cache::recent_deliveries::Deliveries;

/// The number of days counted, including today.
pub const DAYS: usize = 31;
/// The number of days whose waiting time is shown.
pub const WAIT_DAYS: usize = 15;

/// One day, with the waiting time of each delivery in seconds, shortest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub waits: Vec<i64>,
}

impl Day {
    pub fn count(&self) -> i64 {
        i64::try_from(self.waits.len()).unwrap_or(i64::MAX)
    }

    /// `7 Nov` / `7.11.`
    pub fn name(&self, language: &Language) -> String {
        let form = match language {
            Language::En => "%-d %b",
            Language::De => "%-d.%-m.",
        };
        self.date.strftime(form).to_string()
    }

    /// The time within which this percentage was delivered, such as `2:05`.
    pub fn hours(&self, percent: usize) -> String {
        let minutes = percentile(&self.waits, percent).map(|seconds| seconds / 60);
        minutes.map_or_else(|| "–".to_owned(), |minutes| format!("{}:{:02}", minutes / 60, minutes % 60))
    }
}

/// The days up to and including today.
#[derive(Debug, Clone)]
pub struct Throughput {
    pub days: Vec<Day>,
    /// Deliveries yesterday up to the current time of day.
    pub yesterday_by_now: i64,
    /// Deliveries today in each hour up to the current one.
    hours: Vec<i64>,
    spark: OnceLock<Option<Spark>>,
}

/// The first hour shown, unless there was an earlier delivery.
const MORNING: usize = 8;

impl Throughput {
    /// Like [`Self::of`], but cached for everyone in the same time zone for up to a minute.
    pub fn known(deliveries: &Deliveries, count: usize, now: &Zoned) -> Arc<Self> {
        let minute = now.timestamp().as_second() / 60;
        let name = format!("{count} {minute} {}", now.time_zone().iana_name().unwrap_or_default());
        deliveries.reckoned(name, |deliveries| Self::of(deliveries, count, now))
    }

    /// Sorts deliveries into the last `count` days; at least two.
    pub fn of(deliveries: &Deliveries, count: usize, now: &Zoned) -> Self {
        let zone = now.time_zone();
        let date = |back: usize| now.date().saturating_sub(i64::try_from(back).unwrap_or(0).days());
        let midnight = |day: Date| day.to_zoned(zone.clone()).map_or(now.timestamp(), |start| start.timestamp());
        let day = |back: usize| {
            let end = if back == 0 { Timestamp::MAX } else { midnight(date(back - 1)) };
            let made = deliveries.between(midnight(date(back)), end);
            let mut waits: Vec<i64> = made
                .map(|one| one.created_at.duration_until(one.delivered_at).max(SignedDuration::ZERO).as_secs())
                .collect();
            waits.sort_unstable();
            Day { date: date(back), waits }
        };
        let mut hours = vec![0; usize::try_from(now.hour()).unwrap_or(0) + 1];
        for one in deliveries.between(midnight(now.date()), Timestamp::MAX) {
            let hour = one.delivered_at.to_zoned(zone.clone()).hour();
            if let Some(count) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
                *count += 1;
            }
        }
        let this_time_yesterday = date(1).to_datetime(now.time()).to_zoned(zone.clone());
        let until = this_time_yesterday.map_or(now.timestamp(), |at| at.timestamp());
        let just_after = until.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(until);
        let yesterday_by_now = deliveries.between(midnight(date(1)), just_after).count();
        Self {
            days: (0..count.max(2)).rev().map(day).collect(),
            yesterday_by_now: i64::try_from(yesterday_by_now).unwrap_or(i64::MAX),
            hours,
            spark: OnceLock::new(),
        }
    }

    pub fn today(&self) -> &[i64] {
        self.days.last().map_or(&[], |day| day.waits.as_slice())
    }

    /// The number of deliveries on all days.
    pub fn total(&self) -> i64 {
        self.days.iter().map(Day::count).sum()
    }

    /// The day with the most deliveries; the latest of several.
    pub fn best(&self) -> Option<&Day> {
        self.days.iter().max_by_key(|day| day.waits.len())
    }

    /// The days whose waiting time is shown.
    pub fn recent(&self) -> &[Day] {
        self.days.get(self.days.len().saturating_sub(WAIT_DAYS)..).unwrap_or_default()
    }

    pub fn today_count(&self) -> i64 {
        self.days.last().map_or(0, Day::count)
    }

    /// Compares today with yesterday up to this time, in words.
    pub fn against_yesterday(&self, l: &Localizer) -> String {
        let difference = self.today_count() - self.yesterday_by_now;
        let key = match difference {
            ..0 => "overview-fewer",
            0 => "overview-as-many",
            1.. => "overview-more",
        };
        l.t1(key, "count", difference.abs())
    }

    /// Describes today's deliveries per hour in words.
    pub fn hours_label(&self, l: &Localizer) -> String {
        let (hour, counts) = self.by_hour();
        let counts = counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        l.t2("overview-per-hour", "time", format!("{hour:02}:00"), "counts", counts)
    }

    /// The first hour shown, and today's deliveries per hour from there.
    pub fn by_hour(&self) -> (usize, &[i64]) {
        let earliest = self.hours.iter().position(|count| *count > 0).unwrap_or(MORNING);
        let first = MORNING.min(earliest).min(self.hours.len() - 1);
        (first, self.hours.get(first..).unwrap_or_default())
    }

    /// Today's deliveries per hour as a small line.
    pub fn spark(&self) -> Option<&Spark> {
        self.spark.get_or_init(|| svg::spark(self.by_hour().1)).as_ref()
    }
}

/// The value that `percent` percent do not exceed; `None` for an empty list.
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::grants::stats::Delivered;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_hours_are_the_readers() {
        let now = at("2026-06-15T10:30:00Z").in_tz("Europe/Berlin").unwrap();
        let moments = ["2026-06-14T21:59:59Z", "2026-06-14T22:00:00Z", "2026-06-14T10:30:00Z", "2026-06-14T10:30:01Z"];
        let mut deliveries = moments
            .map(|text| Delivered { created_at: at(text) - SignedDuration::from_mins(5), delivered_at: at(text) });
        deliveries.sort_by_key(|one| one.delivered_at);
        let found = Throughput::of(&Deliveries::of(deliveries.into()), DAYS, &now);
        assert_eq!((found.today(), found.yesterday_by_now, found.total()), (&[300][..], 1, 4));
        assert_eq!(found.best().map(Day::count), Some(3));
        assert_eq!(found.by_hour(), (0, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]));
        assert_eq!(found.recent().len(), WAIT_DAYS);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!([50, 90, 99].map(|percent| percentile(&hundred, percent)), [Some(50), Some(90), Some(99)]);
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }
}
