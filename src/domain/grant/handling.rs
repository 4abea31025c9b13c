//! What staff arranged about a grant that waits: skipped for a while, paused, assigned to somebody. While a grant is
//! paused its clock stands still.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::domain::ids::StaffId;

/// How long a skipped grant stays behind the others.
pub const SKIP_DURATION: SignedDuration = SignedDuration::from_mins(30);

/// What no pause exceeds; a leap year and the rest of its last day.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24 * 367);

/// Why a grant is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    Supplier,
    Customer,
    Other,
}

impl PauseReason {
    pub const ALL: [Self; 3] = [Self::Supplier, Self::Customer, Self::Other];

    /// The name in forms, texts and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplier => "supplier",
            Self::Customer => "customer",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Whether a pause may last until that moment: at most until the same day of the next year.
pub fn may_pause_until(until: Timestamp, now: Timestamp, zone: &TimeZone) -> bool {
    let day = |at: Timestamp| -> Date { zone.to_datetime(at).date() };
    day(now).checked_add(1.year()).is_ok_and(|last| day(until) <= last)
}

/// Why a grant is paused, and since when; it ends with [`Handling::back_at`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub since: Timestamp,
    pub reason: PauseReason,
    pub note: Option<String>,
}

/// What is arranged about a grant; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handling {
    /// Until when it is skipped, or paused if there is a pause.
    pub back_at: Option<Timestamp>,
    /// The pause, which may have ended by itself.
    pub pause: Option<Pause>,
    /// How long it was paused before that.
    pub paused_total: SignedDuration,
    pub assigned_to: Option<StaffId>,
    /// When the grant stopped waiting.
    pub closed_at: Option<Timestamp>,
}

impl Handling {
    /// How long the grant has been paused.
    pub fn paused(&self, now: Timestamp) -> SignedDuration {
        let Some(pause) = &self.pause else { return self.paused_total };
        let end = self.back_at.map_or(now, |back_at| back_at.min(now));
        self.paused_total.saturating_add(pause.since.duration_until(end).max(SignedDuration::ZERO))
    }

    /// The pause in force, and until when.
    pub fn pause_at(&self, now: Timestamp) -> Option<(&Pause, Timestamp)> {
        let until = self.away_until(now)?;
        self.pause.as_ref().map(|pause| (pause, until))
    }

    /// Until when it is skipped, if it is.
    pub fn skipped_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.away_until(now).filter(|_| self.pause.is_none())
    }

    /// Until when nobody is given the grant as the next one.
    pub fn away_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.back_at.filter(|back_at| *back_at > now)
    }

    /// Whether `staff` may be given the grant as the next one.
    pub fn is_free_for(&self, staff: &StaffId, now: Timestamp) -> bool {
        self.away_until(now).is_none() && self.assigned_to.as_ref().is_none_or(|assigned| assigned == staff)
    }

    /// The same without pause and skip; the time that it was paused remains.
    #[must_use]
    pub fn resumed(self, now: Timestamp) -> Self {
        Self { paused_total: self.paused(now), back_at: None, pause: None, ..self }
    }

    /// Skipped from `now` on.
    #[must_use]
    pub fn skipped(self, now: Timestamp) -> Self {
        Self { back_at: Some(now.saturating_add(SKIP_DURATION).unwrap_or(now)), ..self.resumed(now) }
    }

    /// Paused until that moment.
    #[must_use]
    pub fn paused_until(self, until: Timestamp, pause: Pause) -> Self {
        let now = pause.since;
        Self { back_at: Some(until), pause: Some(pause), ..self.resumed(now) }
    }

    /// What remains once the grant no longer waits: how long it was paused.
    #[must_use]
    pub fn closed(self, now: Timestamp) -> Self {
        let paused_total = self.paused(now);
        if paused_total == SignedDuration::ZERO {
            return Self::default();
        }
        Self { paused_total, closed_at: self.closed_at.or(Some(now)), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn pause(minutes: i64) -> Pause {
        Pause { since: at(minutes), reason: PauseReason::Supplier, note: None }
    }

    #[test]
    fn only_the_time_of_pauses_is_counted_and_each_of_them_once() {
        let handling = Handling::default().paused_until(at(60), pause(10));
        for (now, minutes) in [(0, 0), (10, 0), (30, 20), (60, 50), (600, 50)] {
            assert_eq!(handling.paused(at(now)), SignedDuration::from_mins(minutes), "at {now}");
        }
        let again = handling.clone().paused_until(at(90), pause(20));
        assert_eq!(again.paused(at(200)), SignedDuration::from_mins(10 + 70));
        let ended = handling.resumed(at(30));
        assert_eq!((ended.paused(at(600)), ended.away_until(at(30))), (SignedDuration::from_mins(20), None));
        assert_eq!(Handling::default().skipped(at(0)).paused(at(20)), SignedDuration::ZERO);
        let skipped = ended.skipped(at(40));
        assert_eq!((skipped.skipped_until(at(41)), skipped.pause_at(at(41))), (Some(at(70)), None));
        assert_eq!((skipped.skipped_until(at(70)), skipped.paused(at(70))), (None, SignedDuration::from_mins(20)));
    }

    #[test]
    fn what_no_longer_waits_keeps_nothing_but_the_time_it_was_paused() {
        let assigned = Handling { assigned_to: Some(StaffId::random()), ..Handling::default() };
        assert_eq!(assigned.clone().skipped(at(0)).closed(at(5)), Handling::default());
        let closed = assigned.paused_until(at(60), pause(10)).closed(at(30));
        assert_eq!(closed.clone().closed(at(90)), closed);
        assert_eq!(closed.paused(at(90)), SignedDuration::from_mins(20));
    }

    #[test]
    fn a_pause_lasts_at_most_until_the_same_day_of_the_next_year() {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        let moment = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
        let now = moment("2026-11-30T23:30:00Z"); // 1 December in Berlin
        assert!(may_pause_until(moment("2027-12-01T22:59:59Z"), now, &zone));
        assert!(!may_pause_until(moment("2027-12-01T23:00:00Z"), now, &zone));
        assert!(!may_pause_until(Timestamp::MAX, now, &zone));
    }
}
