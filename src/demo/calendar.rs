//! When people work: office hours of the last month, in the installation's time zone.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::dice::Dice;

/// How likely the hours of a day are.
const HOURS: [usize; 24] = [0, 0, 0, 0, 0, 0, 1, 4, 14, 28, 34, 30, 16, 24, 30, 26, 20, 10, 3, 1, 1, 0, 0, 0];

/// How likely a day is, in hundredths.
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

/// The end of the story, and where it plays.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
}

impl Calendar<'_> {
    /// A moment in office hours of the last month, at least so many days ago.
    pub fn working_moment(self, dice: &mut Dice, days_ago: usize) -> Timestamp {
        let today = self.now.to_zoned(self.zone.clone());
        let newest = before(
            self.now,
            SignedDuration::from_mins(70).max(SignedDuration::from_hours(24 * i64::try_from(days_ago).unwrap_or(0))),
        );
        for _ in 0..60 {
            let back = dice.between(days_ago, 30);
            let Ok(day) = today.date().checked_sub(i64::try_from(back).unwrap_or(0).days()) else { continue };
            // Business has been growing.
            if !dice.percent(likely(day.weekday())) || !dice.percent(100 - back) {
                continue;
            }
            let hour = i8::try_from(dice.weighted(&HOURS)).unwrap_or(12);
            let (minute, second) =
                (i8::try_from(dice.below(60)).unwrap_or(0), i8::try_from(dice.below(60)).unwrap_or(0));
            let Ok(local) = day.at(hour, minute, second, 0).to_zoned(self.zone.clone()) else { continue };
            if local.timestamp() <= newest {
                return after(
                    local.timestamp(),
                    SignedDuration::from_micros(i64::try_from(dice.below(1_000_000)).unwrap_or(0)),
                );
            }
        }
        before(newest, dice.minutes(60, 20_000))
    }

    /// A moment in office hours of a stretch of time.
    pub fn moment_between(self, dice: &mut Dice, from: Timestamp, until: Timestamp) -> Timestamp {
        let seconds = usize::try_from(from.duration_until(until).as_secs()).unwrap_or(0);
        let mut moment = || {
            let nanos = i32::try_from(dice.below(1_000_000) * 1_000).unwrap_or(0);
            let at = after(from, SignedDuration::new(i64::try_from(dice.below(seconds)).unwrap_or(0), nanos));
            let local = at.to_zoned(self.zone.clone());
            let hour = HOURS.get(usize::try_from(local.hour()).unwrap_or(0)).copied().unwrap_or(0);
            (at, dice.percent(likely(local.weekday())) && dice.below(34) < hour)
        };
        for _ in 0..60 {
            if let (at, true) = moment() {
                return at;
            }
        }
        moment().0
    }

    /// Some hours ago, on this day if it is old enough.
    pub fn today(self, dice: &mut Dice) -> Timestamp {
        let now = self.now;
        let midnight = now.to_zoned(self.zone.clone()).start_of_day().map_or(now, |start| start.timestamp());
        let minutes = usize::try_from(midnight.duration_until(now).as_mins()).unwrap_or(0);
        let longest = if minutes < 90 { 480 } else { minutes.min(540) };
        before(now, dice.minutes(70, longest.max(75)))
    }
}

pub fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(at)
}

pub fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}
