//! How far long work has come, on standard error: on a terminal a line that is written over, elsewhere a line every ten
//! seconds. Work of less than two seconds says nothing.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

const SILENT: Duration = Duration::from_secs(2);

/// The progress of adding many things.
pub(super) struct Progress {
    what: &'static str,
    is_terminal: bool,
    /// When it was first told how many are done, and how many that were: what came before did not count.
    first: Option<(Instant, usize)>,
    next: Instant,
    has_line: bool,
}

impl Progress {
    /// Begins now. `what` follows the number: `keys added`.
    pub(super) fn begin(what: &'static str) -> Self {
        Self::begun_at(what, std::io::stderr().is_terminal(), Instant::now())
    }

    fn begun_at(what: &'static str, is_terminal: bool, now: Instant) -> Self {
        let mut progress = Self { what, is_terminal, first: None, next: now, has_line: false };
        progress.next = now + if is_terminal { SILENT } else { progress.pause() };
        progress
    }

    fn pause(&self) -> Duration {
        if self.is_terminal { Duration::from_millis(200) } else { Duration::from_secs(10) }
    }

    /// Tells that so many are done, if it is time; a total of 0 is not known. Write errors are ignored, as for all that is
    /// reported.
    pub(super) fn tell(&mut self, done: usize, total: usize) {
        let Some(line) = self.due(done, total, Instant::now()) else { return };
        // On a terminal: back to the start of the line, and clear what is left of the one before.
        let text = if self.is_terminal { format!("\r{line}\x1b[K") } else { format!("{line}\n") };
        drop(std::io::stderr().write_all(text.as_bytes()));
        self.has_line = self.is_terminal;
    }

    /// Clears the line, before something else is written or at the end.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.has_line) {
            drop(std::io::stderr().write_all(b"\r\x1b[K"));
        }
    }

    fn due(&mut self, done: usize, total: usize, now: Instant) -> Option<String> {
        let (since, before) = *self.first.get_or_insert((now, done));
        if now < self.next {
            return None;
        }
        self.next = now + self.pause();
        let what = self.what;
        let line = if total == 0 { format!("{done} {what}") } else { format!("{done} of {total} {what}") };
        let seconds = now.duration_since(since).as_secs();
        if seconds == 0 {
            return Some(line);
        }
        let rate = ((done.saturating_sub(before)) as u64 / seconds).max(1);
        if total == 0 {
            return Some(format!("{line}, {rate} per second"));
        }
        let left = (total.saturating_sub(done) as u64).div_ceil(rate);
        Some(format!("{line}, {rate} per second, {left} s left"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(is_terminal: bool, seconds: &[u64]) -> Vec<String> {
        let began = Instant::now();
        let mut progress = Progress::begun_at("keys added", is_terminal, began);
        let at = |second: &u64| (began + Duration::from_secs(*second), 1_000 * usize::try_from(*second).expect("few"));
        seconds
            .iter()
            .filter_map(|second| {
                let (now, done) = at(second);
                progress.due(done, 30_000, now)
            })
            .collect()
    }

    #[test]
    fn work_of_less_than_two_seconds_says_nothing() {
        assert!(lines(true, &[0, 1]).is_empty());
        assert!(lines(false, &[0, 1, 5, 9]).is_empty());
    }

    #[test]
    fn a_terminal_shows_how_fast_it_is_and_how_long_it_takes() {
        assert_eq!(lines(true, &[1, 2]), ["2000 of 30000 keys added, 1000 per second, 28 s left"]);
    }

    #[test]
    fn without_a_total_only_the_rate_is_known() {
        let began = Instant::now();
        let mut progress = Progress::begun_at("values re-encrypted", true, began);
        assert_eq!(progress.due(0, 0, began), None);
        let line = progress.due(4_000, 0, began + Duration::from_secs(2));
        assert_eq!(line.as_deref(), Some("4000 values re-encrypted, 2000 per second"));
    }

    #[test]
    fn elsewhere_a_line_is_written_every_ten_seconds() {
        let expected = [10, 20].map(|at| format!("{at}000 of 30000 keys added, 1000 per second, {} s left", 30 - at));
        assert_eq!(lines(false, &[2, 10, 11, 19, 20, 29]), expected);
    }
}
