//! The geometry of charts. Sizes are SVG attributes, because the content security policy forbids inline styles.
//! Lengths are in whole tenths, so that no chart depends on rounding.

const WIDTH: i64 = 310;
const HEIGHT: i64 = 100;

/// Possible steps of a time axis, in seconds; larger steps are whole days.
const STEPS: [i64; 15] =
    [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

/// The scale of a chart: `sections` steps from zero to the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    pub step: i64,
    pub sections: i64,
}

impl Scale {
    /// A scale for durations up to `max` seconds.
    pub(crate) fn of_seconds(max: i64) -> Self {
        let fits = |step: &i64| max <= step * 4;
        let step = STEPS.into_iter().find(fits).unwrap_or_else(|| (max / 86_400 / 4 + 1) * 86_400);
        Self { step, sections: sections(max, step) }
    }

    /// A scale for counts up to `max`: two halves of a round number.
    pub(crate) fn of_count(max: i64) -> Self {
        let mut power = 1;
        loop {
            if let Some(half) = [1, 2, 3, 5].into_iter().map(|half| half * power).find(|half| half * 2 >= max) {
                return Self { step: half, sections: 2 };
            }
            power *= 10;
        }
    }

    /// The value at the top of the chart.
    pub(crate) fn top(self) -> i64 {
        self.step * self.sections
    }

    /// The values at the grid lines, from top to bottom.
    pub(crate) fn ticks(self) -> impl Iterator<Item = i64> {
        (0..=self.sections).rev().map(move |section| section * self.step)
    }

    /// The vertical position of a value.
    pub(crate) fn y(self, value: i64) -> String {
        tenths(HEIGHT * 10 - scaled(value, self.top(), HEIGHT))
    }
}

fn sections(max: i64, step: i64) -> i64 {
    ((max + step - 1) / step).max(1)
}

/// A line with gaps; isolated values are drawn as dots.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub path: String,
    pub dots: String,
}

pub(crate) fn line(values: &[Option<i64>], scale: Scale) -> Line {
    let mut line = Line::default();
    let at = |index: usize| values.get(index).copied().flatten();
    let last = index(values.len()) - 1;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = *value else { continue };
        let point = format!("{} {}", tenths(scaled(index(place), last, WIDTH)), scale.y(value));
        let follows = place > 0 && at(place - 1).is_some();
        if follows {
            line.path.extend(["L", &point]);
        } else if at(place + 1).is_some() {
            line.path.extend(["M", &point]);
        } else {
            line.dots.extend(["M", &point, "h.01"]);
        }
    }
    line
}

/// One of a row of bars of equal width.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub x: String,
    pub y: String,
    pub height: String,
}

pub(crate) fn bars(values: &[i64], scale: Scale) -> Vec<Bar> {
    let slot = WIDTH * 10 / index(values.len()).max(1);
    let bar = |(place, value): (usize, &i64)| Bar {
        x: tenths(index(place) * slot + 15),
        y: scale.y(*value),
        height: tenths(scaled(*value, scale.top(), HEIGHT)),
    };
    values.iter().enumerate().map(bar).collect()
}

/// A small line without axes, 100 wide and 32 high, and the dot at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spark {
    pub line: String,
    pub area: String,
    pub dot: String,
}

/// `None` if there is nothing to draw.
pub(crate) fn spark(values: &[i64]) -> Option<Spark> {
    let max = values.iter().copied().max().filter(|max| *max > 0)?;
    let last = index(values.len()) - 1;
    if last < 1 {
        return None;
    }
    let point = |(place, value): (usize, &i64)| {
        format!("{} {}", tenths(scaled(index(place), last, 100)), tenths(300 - scaled(*value, max, 26)))
    };
    let points: Vec<String> = values.iter().enumerate().map(point).collect();
    let line = format!("M{}", points.join("L"));
    Some(Spark { area: format!("{line}L100 32L0 32Z"), dot: format!("M{}h.01", points.last()?), line })
}

/// `value` as a percentage of `whole`, rounded, at most 100.
pub(crate) fn percent(value: i64, whole: i64) -> i64 {
    (scaled(value, whole, 100) + 5) / 10
}

/// `value` of `whole` scaled to `span`, in tenths; 0 if `whole` is 0.
fn scaled(value: i64, whole: i64, span: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let exact = i128::from(value.max(0)) * i128::from(span) * 10;
    let rounded = (exact + i128::from(whole) / 2) / i128::from(whole);
    i64::try_from(rounded).unwrap_or(i64::MAX).min(span * 10)
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn index(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_reach_the_highest_value() {
        let hours = |count: i64| count * 3_600;
        assert_eq!(Scale::of_seconds(hours(6) - 720), Scale { step: hours(2), sections: 3 });
        assert_eq!(Scale::of_seconds(0), Scale { step: 60, sections: 1 });
        assert_eq!(Scale::of_count(91).ticks().collect::<Vec<_>>(), [100, 50, 0]);
        assert_eq!(Scale::of_count(0).top(), 2);
        for max in [1, 59, 14_401, 86_401, 604_800 * 4 + 1, 31_536_000] {
            let scale = Scale::of_seconds(max);
            assert!(scale.top() >= max && scale.sections <= 4, "{max}: {scale:?}");
            assert!(Scale::of_count(max).top() >= max);
        }
    }

    #[test]
    fn lines_have_gaps_and_nothing_is_divided_by_nothing() {
        let scale = Scale { step: 50, sections: 2 };
        let drawn = line(&[Some(100), Some(50), None, Some(0)], scale);
        assert_eq!((drawn.path.as_str(), drawn.dots.as_str()), ("M0.0 0.0L103.3 50.0", "M310.0 100.0h.01"));
        assert_eq!(line(&[Some(1)], scale).dots, "M0.0 99.0h.01");
        assert_eq!(line(&[], scale), Line::default());
        assert_eq!(bars(&[58], scale), [Bar { x: "1.5".into(), y: "42.0".into(), height: "58.0".into() }]);
        assert!(spark(&[]).is_none() && spark(&[3]).is_none() && spark(&[0, 0]).is_none());
        assert_eq!(spark(&[0, 3, 9, 14, 12, 7, 13]).unwrap().line.split('L').nth(1), Some("16.7 24.4"));
        assert_eq!((percent(192, 240), percent(175, 240), percent(900, 240), percent(1, 0)), (80, 73, 100, 0));
    }
}
