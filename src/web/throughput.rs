//! What was delivered in the last days and how long it had waited, by the days of the reader's zone.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::i18n::Language;

/// Days that are counted, today included.
pub const DAYS: usize = 31;
/// Days of which the waiting time is shown.
pub const WAIT_DAYS: usize = 15;

/// One day, with the seconds each delivery had waited, shortest first.
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

    /// The time within which this share was delivered, as `2:05`.
    pub fn hours(&self, percent: usize) -> String {
        let minutes = percentile(&self.waits, percent).map(|seconds| seconds / 60);
        minutes.map_or_else(|| "–".to_owned(), |minutes| format!("{}:{:02}", minutes / 60, minutes % 60))
    }
}

/// The days up to today, today last.
#[derive(Debug, Clone)]
pub struct Throughput {
    pub days: Vec<Day>,
    /// Delivered yesterday up to this time of day.
    pub yesterday_by_now: i64,
    /// Delivered today in each hour up to this one.
    hours: Vec<i64>,
}

/// The hour a working day begins with, unless somebody was earlier.
const MORNING: usize = 8;

impl Throughput {
    /// The moment since when deliveries count.
    pub fn start(now: &Zoned) -> Timestamp {
        let first = now.date().saturating_sub((DAYS - 1).try_into().unwrap_or(0_i64).days());
        first.to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |midnight| midnight.timestamp())
    }

    /// Sorts `(created_at, delivered_at)` into days.
    pub fn of(deliveries: &[(Timestamp, Timestamp)], now: &Zoned) -> Self {
        let today = now.date();
        let date = |back: usize| today.saturating_sub(i64::try_from(back).unwrap_or(0).days());
        let mut days: Vec<Day> = (0..DAYS).rev().map(|back| Day { date: date(back), waits: Vec::new() }).collect();
        let mut hours = vec![0; usize::try_from(now.hour()).unwrap_or(0) + 1];
        let mut yesterday_by_now = 0;
        for (created, delivered) in deliveries {
            let local = delivered.to_zoned(now.time_zone().clone());
            let back = today.duration_since(local.date()).as_hours() / 24;
            let Some(place) = usize::try_from(back).ok().and_then(|back| (DAYS - 1).checked_sub(back)) else {
                continue;
            };
            if let Some(day) = days.get_mut(place) {
                day.waits.push(created.duration_until(*delivered).max(SignedDuration::ZERO).as_secs());
            }
            if back == 0
                && let Some(hour) = usize::try_from(local.hour()).ok().and_then(|hour| hours.get_mut(hour))
            {
                *hour += 1;
            }
            if back == 1 && local.time() <= now.time() {
                yesterday_by_now += 1;
            }
        }
        for day in &mut days {
            day.waits.sort_unstable();
        }
        Self { days, yesterday_by_now, hours }
    }

    pub fn today(&self) -> &[i64] {
        self.days.last().map_or(&[], |day| day.waits.as_slice())
    }

    pub fn total(&self) -> i64 {
        self.days.iter().map(Day::count).sum()
    }

    /// The day with the most deliveries, the latest of equals.
    pub fn best(&self) -> Option<&Day> {
        self.days.iter().max_by_key(|day| day.waits.len())
    }

    /// The days of which the waiting time is shown.
    pub fn recent(&self) -> &[Day] {
        self.days.get(DAYS - WAIT_DAYS..).unwrap_or_default()
    }

    /// Today's deliveries by hour, and the hour they begin with.
    pub fn by_hour(&self) -> (usize, &[i64]) {
        let earliest = self.hours.iter().position(|count| *count > 0).unwrap_or(MORNING);
        let first = MORNING.min(earliest).min(self.hours.len() - 1);
        (first, self.hours.get(first..).unwrap_or_default())
    }
}

/// The value that `percent` of 100 do not exceed; `None` of nothing.
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_hours_are_the_readers() {
        let now = at("2026-06-15T10:30:00Z").in_tz("Europe/Berlin").unwrap();
        assert_eq!(Throughput::start(&now), at("2026-05-15T22:00:00Z"));
        let moments = ["2026-06-14T21:59:59Z", "2026-06-14T22:00:00Z", "2026-06-14T10:30:00Z", "2026-06-14T10:30:01Z"];
        let deliveries: Vec<_> = moments.map(|text| (at(text) - SignedDuration::from_mins(5), at(text))).into();
        let found = Throughput::of(&deliveries, &now);
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
