//! The deliveries of the last days, in words.

use std::sync::Arc;

use jiff::civil::Date;

use super::svg::{self, Spark};
use crate::i18n::{Language, Localizer};
use crate::storage::grants::throughput::Throughput;

/// The number of days counted, including today.
pub const DAYS: usize = 31;

/// Deliveries as the pages describe them.
pub struct ThroughputView(pub Arc<Throughput>);

impl std::ops::Deref for ThroughputView {
    type Target = Throughput;

    fn deref(&self) -> &Throughput {
        &self.0
    }
}

impl ThroughputView {
    /// Compares today with yesterday up to this time.
    pub fn against_yesterday(&self, l: &Localizer) -> String {
        let difference = self.today_count() - self.yesterday_by_now;
        let key = match difference {
            ..0 => "overview-fewer",
            0 => "overview-as-many",
            1.. => "overview-more",
        };
        l.t1(key, "count", difference.abs())
    }

    /// Describes today's deliveries per hour.
    pub fn hours_label(&self, l: &Localizer) -> String {
        let (hour, counts) = self.by_hour();
        let counts = counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        l.t2("overview-per-hour", "time", format!("{hour:02}:00"), "counts", counts)
    }

    /// Today's deliveries per hour as a small line.
    pub fn spark(&self) -> Option<Spark> {
        svg::spark(self.by_hour().1)
    }
}

/// `7 Nov` / `7.11.`
pub fn day_name(date: Date, language: &Language) -> String {
    let form = match language {
        Language::En => "%-d %b",
        Language::De => "%-d.%-m.",
    };
    date.strftime(form).to_string()
}

/// `2:05`, or a dash if there is no value.
pub fn hours_and_minutes(seconds: Option<i64>) -> String {
    let minutes = seconds.map(|seconds| seconds / 60);
    minutes.map_or_else(|| "–".to_owned(), |minutes| format!("{}:{:02}", minutes / 60, minutes % 60))
}
