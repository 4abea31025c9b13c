//! The overview's charts: their shapes and labels.

use jiff::SignedDuration;

use super::svg::{self, Bar, Line, Scale};
use super::throughput::{Day, Throughput, percentile};
use crate::i18n::Localizer;

/// A line of a chart's grid.
pub struct Tick {
    pub y: String,
    pub label: String,
}

/// The waiting time of deliveries per day.
pub struct WaitChart {
    pub ticks: Vec<Tick>,
    pub target_y: String,
    /// Slowest first, so that the others are drawn on top.
    pub lines: Vec<WaitLine>,
}

pub struct WaitLine {
    pub class: &'static str,
    pub label: String,
    /// The value over all days of the chart.
    pub within: String,
    pub line: Line,
}

impl WaitChart {
    /// `None` if nothing was delivered.
    pub fn of(throughput: &Throughput, target: SignedDuration, localizer: &Localizer) -> Option<Self> {
        let days = throughput.recent();
        let mut all: Vec<i64> = days.iter().flat_map(|day| day.waits.iter().copied()).collect();
        all.sort_unstable();
        let longest = days.iter().filter_map(|day| percentile(&day.waits, 99)).max()?;
        let scale = Scale::of_seconds(longest.max(target.as_secs()));
        let words = |seconds| localizer.duration(SignedDuration::from_secs(seconds));
        let tick = |value| Tick { y: scale.y(value), label: if value == 0 { "0".to_owned() } else { words(value) } };
        let line = |(percent, class, key)| {
            let values: Vec<_> = days.iter().map(|day| percentile(&day.waits, percent)).collect();
            Some(WaitLine {
                class,
                label: localizer.t(key),
                within: words(percentile(&all, percent)?),
                line: svg::line(&values, scale),
            })
        };
        let lines =
            [(99, "p99", "overview-99-within"), (90, "p90", "overview-90-within"), (50, "p50", "overview-half-within")];
        Some(Self {
            ticks: scale.ticks().map(tick).collect(),
            target_y: scale.y(target.as_secs()),
            lines: lines.into_iter().filter_map(line).collect(),
        })
    }
}

/// The number of deliveries per day.
pub struct CountChart {
    pub ticks: Vec<Tick>,
    pub bars: Vec<Bar>,
    pub best: Day,
}

impl CountChart {
    /// `None` if nothing was delivered.
    pub fn of(throughput: &Throughput, localizer: &Localizer) -> Option<Self> {
        let best = throughput.best().filter(|day| !day.waits.is_empty())?.clone();
        let scale = Scale::of_count(best.count());
        let counts: Vec<i64> = throughput.days.iter().map(Day::count).collect();
        let tick = |value| Tick { y: scale.y(value), label: localizer.number(value) };
        Some(Self { ticks: scale.ticks().map(tick).collect(), bars: svg::bars(&counts, scale), best })
    }
}
