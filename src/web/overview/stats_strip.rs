//! The figures above the list of pending grants. Days are in the person's time zone.

use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;

use super::svg::Spark;
use super::throughput::{Throughput, percentile};
use crate::i18n::Localizer;
use crate::storage::cache::recent_deliveries::Deliveries;
use crate::storage::grants::stats::{COUNT_CAP, WaitingFigures};
use crate::web::PageContext;

/// The figures: oldest waiting, past target, median wait, fulfilled today.
#[derive(Template)]
#[template(path = "overview/stats_strip.html")]
pub struct FiguresStrip {
    page: Localizer,
    waiting: WaitingFigures,
    pending: i64,
    target: SignedDuration,
    throughput: Arc<Throughput>,
}

impl FiguresStrip {
    pub fn new(page: &PageContext, waiting: WaitingFigures, deliveries: &Deliveries, target: SignedDuration) -> Self {
        let l = &page.localizer;
        let throughput = Throughput::known(deliveries, 2, &l.now.to_zoned(l.time_zone.clone()));
        Self { page: l.clone(), waiting, pending: page.pending, target, throughput }
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

    fn count(&self, count: &i64) -> String {
        capped(&self.page, *count)
    }

    fn median(&self) -> Option<String> {
        percentile(self.throughput.today(), 50).map(|seconds| self.page.duration(SignedDuration::from_secs(seconds)))
    }

    fn spark(&self) -> Option<&Spark> {
        self.throughput.spark()
    }
}

/// A count from the database; with a plus if it exceeds the cap.
pub fn capped(l: &Localizer, count: i64) -> String {
    if count > COUNT_CAP { l.t1("more-than-count", "count", COUNT_CAP) } else { l.number(count) }
}
