//! The overview's charts: their shapes and labels.

use jiff::SignedDuration;

use super::svg::{self, Bar, Line, Scale};
use crate::i18n::Localizer;
use crate::storage::grants::throughput::{Day, Percentiles, Throughput};

/// A line of a chart's grid.
pub(crate) struct Tick {
    pub y: String,
    pub label: String,
}

/// The waiting time of deliveries per day.
pub(crate) struct WaitChart {
    pub ticks: Vec<Tick>,
    pub target_y: String,
    /// Slowest first, so that the others are drawn on top.
    pub lines: Vec<WaitLine>,
}

pub(crate) struct WaitLine {
    pub class: &'static str,
    pub label: String,
    /// The value over all days of the chart.
    pub within: String,
    pub line: Line,
}

impl WaitChart {
    /// `None` if nothing was delivered.
    pub(crate) fn of(throughput: &Throughput, target: SignedDuration, localizer: &Localizer) -> Option<Self> {
        let days = throughput.recent();
        let all = throughput.waits?;
        let longest = days.iter().filter_map(|day| Some(day.waits?.p99)).max()?;
        let scale = Scale::of_seconds(longest.max(target.as_secs()));
        let words = |seconds| localizer.duration(SignedDuration::from_secs(seconds));
        let tick = |value| Tick { y: scale.y(value), label: if value == 0 { "0".to_owned() } else { words(value) } };
        let line = |(value, class, key): (fn(&Percentiles) -> i64, _, _)| {
            let values: Vec<_> = days.iter().map(|day| day.waits.as_ref().map(value)).collect();
            WaitLine { class, label: localizer.t(key), within: words(value(&all)), line: svg::line(&values, scale) }
        };
        let lines = [
            line((|waits| waits.p99, "p99", "overview-99-within")),
            line((|waits| waits.p90, "p90", "overview-90-within")),
            line((|waits| waits.p50, "p50", "overview-half-within")),
        ];
        Some(Self {
            ticks: scale.ticks().map(tick).collect(),
            target_y: scale.y(target.as_secs()),
            lines: lines.into(),
        })
    }
}

/// The number of deliveries per day.
pub(crate) struct CountChart {
    pub ticks: Vec<Tick>,
    pub bars: Vec<Bar>,
    pub best: Day,
}

impl CountChart {
    /// `None` if nothing was delivered.
    pub(crate) fn of(throughput: &Throughput, localizer: &Localizer) -> Option<Self> {
        let best = throughput.best().filter(|day| day.count > 0)?.clone();
        let scale = Scale::of_count(best.count);
        let counts: Vec<i64> = throughput.days.iter().map(|day| day.count).collect();
        let tick = |value| Tick { y: scale.y(value), label: localizer.number(value) };
        Some(Self { ticks: scale.ticks().map(tick).collect(), bars: svg::bars(&counts, scale), best })
    }
}
