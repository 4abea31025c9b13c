//! The figures above the list of pending grants. Days are in the person's time zone.

use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;

use super::throughput::ThroughputView;
use crate::domain::grant::target::Target;
use crate::i18n::Localizer;
use crate::storage::grants::stats::{COUNT_CAP, WaitingFigures};
use crate::storage::grants::throughput::Throughput;
use crate::web::PageContext;

/// The figures: oldest waiting, past target, median wait, fulfilled today.
#[derive(Template)]
#[template(path = "overview/stats_strip.html")]
pub(crate) struct FiguresStrip {
    page: Localizer,
    waiting: WaitingFigures,
    pending: i64,
    target: Target,
    throughput: ThroughputView,
}

impl FiguresStrip {
    pub(crate) fn new(
        page: &PageContext,
        waiting: WaitingFigures,
        throughput: Arc<Throughput>,
        target: Target,
    ) -> Self {
        let throughput = ThroughputView(throughput);
        Self { page: page.localizer.clone(), waiting, pending: page.pending, target, throughput }
    }

    fn oldest(&self) -> Option<String> {
        self.waiting.oldest_since.map(|at| self.page.duration(self.target.waited(at, self.page.now)))
    }

    fn is_late(&self) -> bool {
        self.waiting.late > 0
    }

    /// How long after the target the oldest grant still waits.
    fn past_target(&self) -> String {
        let waited = self.waiting.oldest_since.map(|at| self.target.waited(at, self.page.now)).unwrap_or_default();
        let excess = self.page.duration(waited - self.target.duration);
        self.page.t2("overview-past-the-target", "excess", excess, "target", self.target())
    }

    fn target(&self) -> String {
        self.page.duration(self.target.duration)
    }

    fn count(&self, count: &i64) -> String {
        capped(&self.page, *count)
    }

    fn median(&self) -> Option<String> {
        self.throughput.median_today().map(|seconds| self.page.duration(SignedDuration::from_secs(seconds)))
    }
}

/// A count from the database; with a plus if it exceeds the cap.
pub(crate) fn capped(l: &Localizer, count: i64) -> String {
    if count > COUNT_CAP { l.t1("more-than-count", "count", COUNT_CAP) } else { l.number(count) }
}
