//! The slim figures above the waiting line, and the days they are counted in: the person's own.

use askama::Template;
use askama::filters::Safe;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::PageContext;
use crate::i18n::Localizer;
use crate::storage::figures::WaitingFigures;

/// When a grant was sold and when it was delivered.
pub type Delivered = (Timestamp, Timestamp);

/// Oldest waiting, past target, median wait and fulfilled today, as they are shown.
#[derive(Template)]
#[template(path = "grants/strip.html")]
pub struct FiguresStrip {
    pub page: Words,
    waiting: WaitingFigures,
    target: SignedDuration,
    waits_today: Vec<SignedDuration>,
    today: usize,
    yesterday: usize,
    hours: Vec<usize>,
    first_hour: i8,
}

/// The page's language.
pub type Words = Localizer;

impl FiguresStrip {
    /// `delivered` reaches back to the beginning of yesterday at least.
    pub fn new(page: &PageContext, waiting: WaitingFigures, delivered: &[Delivered], target: SignedDuration) -> Self {
        let l = &page.localizer;
        let today = day_of(l, l.now);
        let yesterday = today.yesterday().unwrap_or(today);
        let on = |day: Date| delivered.iter().filter(move |(_, at)| day_of(l, *at) == day);
        let mut waits_today: Vec<_> = on(today).map(|(sold, at)| sold.duration_until(*at)).collect();
        waits_today.sort_unstable();
        let this_time_yesterday = l.now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(l.now);
        let hour = |at: Timestamp| at.to_zoned(l.time_zone.clone()).hour();
        let this_hour = hour(l.now);
        let first_hour = on(today).map(|(_, at)| hour(*at)).min().unwrap_or(8).min(8).min(this_hour);
        let hours = (first_hour..=this_hour).map(|h| on(today).filter(|(_, at)| hour(*at) == h).count()).collect();
        Self {
            page: l.clone(),
            waiting,
            target,
            today: waits_today.len(),
            waits_today,
            yesterday: on(yesterday).filter(|(_, at)| *at <= this_time_yesterday).count(),
            hours,
            first_hour,
        }
    }

    fn oldest(&self) -> Option<String> {
        self.waiting.oldest_created_at.map(|at| self.page.duration_between(at, self.page.now))
    }

    fn is_late(&self) -> bool {
        self.waiting.late > 0
    }

    fn target(&self) -> String {
        self.page.duration(self.target)
    }

    pub fn count(&self, count: &i64) -> String {
        capped(&self.page, *count)
    }

    fn median(&self) -> Option<String> {
        percentile(&self.waits_today, 50).map(|wait| self.page.duration(wait))
    }

    fn against_yesterday(&self) -> String {
        match self.today.cmp(&self.yesterday) {
            std::cmp::Ordering::Less => self.page.t1("overview-fewer", "count", self.yesterday - self.today),
            std::cmp::Ordering::Equal => self.page.t("overview-as-many"),
            std::cmp::Ordering::Greater => self.page.t1("overview-more", "count", self.today - self.yesterday),
        }
    }

    fn hours_label(&self) -> String {
        let counts = self.hours.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        self.page.t2("overview-per-hour", "time", format!("{:02}:00", self.first_hour), "counts", counts)
    }

    /// The line of the hours in a box of 100 by 32: numbers and letters of paths only.
    fn hours_path(&self) -> Option<(Safe<String>, Safe<String>)> {
        let most = *self.hours.iter().max()?;
        if self.hours.len() < 2 || most == 0 {
            return None;
        }
        let points = points(&self.hours, most, 100.0, 4.0, 26.0);
        let line = format!("M{}", points.join("L"));
        Some((Safe(line), Safe(points.last().cloned().unwrap_or_default())))
    }
}

/// Counts as points of a line: `height` is that of the greatest, `top` the room above it.
#[expect(clippy::cast_precision_loss, reason = "counts of a day, drawn to a tenth of a pixel")]
fn points(counts: &[usize], most: usize, width: f64, top: f64, height: f64) -> Vec<String> {
    let last = counts.len().saturating_sub(1).max(1) as f64;
    counts
        .iter()
        .enumerate()
        .map(|(place, count)| {
            let x = place as f64 / last * width;
            let y = top + height * (1.0 - *count as f64 / most.max(1) as f64);
            format!("{x:.1} {y:.1}")
        })
        .collect()
}

/// A count of the database, beyond the cap with a plus.
pub fn capped(l: &Localizer, count: i64) -> String {
    use crate::storage::figures::COUNT_CAP;
    if count > COUNT_CAP { l.t1("more-than-count", "count", COUNT_CAP) } else { l.number(count) }
}

/// The day of a moment where the person is.
pub fn day_of(l: &Localizer, at: Timestamp) -> Date {
    at.to_zoned(l.time_zone.clone()).date()
}

/// The beginning of the day that was `days` days ago.
pub fn start_of_day(l: &Localizer, days: i32) -> Timestamp {
    let day = day_of(l, l.now).checked_sub(days.days()).unwrap_or(Date::MIN);
    day.to_zoned(l.time_zone.clone()).map_or(l.now, |start| start.timestamp())
}

/// The value that `percent` of the sorted values do not exceed.
pub fn percentile(sorted: &[SignedDuration], percent: usize) -> Option<SignedDuration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let waits: Vec<_> = (1..=10).map(SignedDuration::from_mins).collect();
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&waits[..1], 99), Some(SignedDuration::from_mins(1)));
        assert_eq!(percentile(&waits, 50), Some(SignedDuration::from_mins(5)));
        assert_eq!(percentile(&waits, 90), Some(SignedDuration::from_mins(9)));
        assert_eq!(percentile(&waits, 99), Some(SignedDuration::from_mins(10)));
    }
}
