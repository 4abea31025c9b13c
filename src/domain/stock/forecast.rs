//! When a stock runs out, from how many keys were used on each day of the week.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::{StockFigures, USED_DAYS};

/// A stock that lasts longer than this many days has no end that anybody can name.
const LONGEST: i32 = 730;

/// With fewer days of use than this, every day counts the same.
const ENOUGH_DAYS: usize = 14;

/// Keys used per day, over all days that are counted.
pub(crate) fn used_per_day(figures: &StockFigures) -> f64 {
    let total = i32::try_from(figures.used.iter().sum::<i64>()).unwrap_or(i32::MAX);
    f64::from(total) / 28.0
}

/// The day on which no key is left, counting the grants that wait as used today. `None` if nothing was used and nothing
/// waits, or if it lasts over two years.
pub(crate) fn runs_out_on(figures: &StockFigures, today: Date) -> Option<Date> {
    let stock = figures.available + figures.reserved;
    if stock == 0 || figures.waiting >= stock {
        let is_used = figures.waiting > 0 || figures.used.iter().any(|count| *count > 0);
        return is_used.then_some(today);
    }
    let rates = rates(figures, today)?;
    let mut left = as_f64(stock - figures.waiting);
    (1..=LONGEST).find_map(|days| {
        let day = today.checked_add(days.days()).ok()?;
        left -= rates.get(place(day.weekday()))?;
        // Sums of quarters leave a trace of rounding.
        (left < 1e-6).then_some(day)
    })
}

/// The keys used on each day of the week, from Monday; `None` if none was used. Counted from the first day of use on.
fn rates(figures: &StockFigures, today: Date) -> Option<[f64; 7]> {
    let first = figures.used.iter().position(|count| *count > 0)?;
    let (mut used, mut days) = ([0_i64; 7], [0_i64; 7]);
    for (number, count) in figures.used.iter().enumerate().skip(first) {
        let back = i64::try_from(USED_DAYS - 1 - number).unwrap_or(0);
        let place = place(today.saturating_sub(back.days()).weekday());
        if let (Some(used), Some(days)) = (used.get_mut(place), days.get_mut(place)) {
            *used += count;
            *days += 1;
        }
    }
    if USED_DAYS - first < ENOUGH_DAYS {
        let mean = as_f64(used.iter().sum()) / as_f64(days.iter().sum());
        return Some([mean; 7]);
    }
    let mut rates = [0.0; 7];
    for (rate, (used, days)) in rates.iter_mut().zip(used.into_iter().zip(days)) {
        *rate = as_f64(used) / as_f64(days.max(1));
    }
    Some(rates)
}

fn place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

fn as_f64(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A stock of which 7 keys were used on every Monday, and on no other day; today is a Sunday.
    fn mondays(available: i64, waiting: i64) -> (StockFigures, Date) {
        let today = day("2026-06-14");
        let mut figures = StockFigures { available, waiting, ..StockFigures::default() };
        for (number, count) in figures.used.iter_mut().enumerate() {
            *count = if number % 7 == 0 { 7 } else { 0 };
        }
        (figures, today)
    }

    #[test]
    fn it_follows_the_days_of_the_week_and_counts_what_waits() {
        let (figures, today) = mondays(7, 0);
        assert!((used_per_day(&figures) - 1.0).abs() < 1e-9);
        assert_eq!(runs_out_on(&figures, today), Some(day("2026-06-15")), "tomorrow is a Monday");
        assert_eq!(runs_out_on(&mondays(8, 0).0, today), Some(day("2026-06-22")));
        assert_eq!(runs_out_on(&mondays(15, 8).0, today), Some(day("2026-06-15")));
        assert_eq!(runs_out_on(&mondays(5, 5).0, today), Some(today));
        assert_eq!(runs_out_on(&mondays(0, 0).0, today), Some(today));
    }

    #[test]
    fn what_nobody_uses_or_lasts_for_years_has_no_end() {
        let today = day("2026-06-14");
        let unused = StockFigures { available: 5, ..StockFigures::default() };
        assert_eq!(runs_out_on(&unused, today), None);
        assert_eq!(runs_out_on(&StockFigures::default(), today), None);
        assert_eq!(runs_out_on(&mondays(100_000, 0).0, today), None);
    }

    #[test]
    fn a_young_stock_counts_from_its_first_day() {
        let today = day("2026-06-14");
        let mut figures = StockFigures { available: 20, ..StockFigures::default() };
        figures.used[USED_DAYS - 2..].copy_from_slice(&[10, 10]);
        assert_eq!(runs_out_on(&figures, today), Some(day("2026-06-16")));
    }
}
