//! When people work: office hours of the last month, in the installation's time zone.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::rng::Rng;

/// The weights of the hours of a day.
const HOURS: [usize; 24] = [0, 0, 0, 0, 0, 0, 1, 4, 14, 28, 34, 30, 16, 24, 30, 26, 20, 10, 3, 1, 1, 0, 0, 0];

/// The likelihood of a day, in percent.
fn likely(day: Weekday) -> usize {
    match day {
        Weekday::Monday => 100,
        Weekday::Tuesday | Weekday::Thursday => 90,
        Weekday::Wednesday => 82,
        Weekday::Friday => 68,
        Weekday::Saturday => 9,
        Weekday::Sunday => 3,
    }
}

/// The time that the demo ends at, and its time zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
}

impl Calendar<'_> {
    /// A time during office hours of the last month, at least `days_ago` days ago.
    pub(crate) fn working_moment(self, rng: &mut Rng, days_ago: usize) -> Timestamp {
        let today = self.now.to_zoned(self.zone.clone());
        let newest = before(
            self.now,
            SignedDuration::from_mins(70).max(SignedDuration::from_hours(24 * i64::try_from(days_ago).unwrap_or(0))),
        );
        for _ in 0..60 {
            let back = rng.between(days_ago, 30);
            let Ok(day) = today.date().checked_sub(i64::try_from(back).unwrap_or(0).days()) else { continue };
            // Business has been growing.
            if !rng.percent(likely(day.weekday())) || !rng.percent(100 - back) {
                continue;
            }
            let hour = i8::try_from(rng.weighted(&HOURS)).unwrap_or(12);
            let (minute, second) = (i8::try_from(rng.below(60)).unwrap_or(0), i8::try_from(rng.below(60)).unwrap_or(0));
            let Ok(local) = day.at(hour, minute, second, 0).to_zoned(self.zone.clone()) else { continue };
            if local.timestamp() <= newest {
                return after(
                    local.timestamp(),
                    SignedDuration::from_micros(i64::try_from(rng.below(1_000_000)).unwrap_or(0)),
                );
            }
        }
        before(newest, rng.minutes(60, 20_000))
    }

    /// A time during office hours between two times.
    pub(crate) fn moment_between(self, rng: &mut Rng, from: Timestamp, until: Timestamp) -> Timestamp {
        let seconds = usize::try_from(from.duration_until(until).as_secs()).unwrap_or(0);
        let mut moment = || {
            let nanos = i32::try_from(rng.below(1_000_000) * 1_000).unwrap_or(0);
            let at = after(from, SignedDuration::new(i64::try_from(rng.below(seconds)).unwrap_or(0), nanos));
            let local = at.to_zoned(self.zone.clone());
            let hour = HOURS.get(usize::try_from(local.hour()).unwrap_or(0)).copied().unwrap_or(0);
            (at, rng.percent(likely(local.weekday())) && rng.below(34) < hour)
        };
        for _ in 0..60 {
            if let (at, true) = moment() {
                return at;
            }
        }
        moment().0
    }

    /// Some hours ago, today if the day is old enough.
    pub(crate) fn today(self, rng: &mut Rng) -> Timestamp {
        let now = self.now;
        let midnight = now.to_zoned(self.zone.clone()).start_of_day().map_or(now, |start| start.timestamp());
        let minutes = usize::try_from(midnight.duration_until(now).as_mins()).unwrap_or(0);
        let longest = if minutes < 90 { 480 } else { minutes.min(540) };
        before(now, rng.minutes(70, longest.max(75)))
    }
}

pub(crate) fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(at)
}

pub(crate) fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}
