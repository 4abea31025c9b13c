//! How many calls the account takes, and the headers that say so.

use keydesk::domain::clock::Clock;

use super::http::Answer;

pub(super) struct Limits {
    pub per_minute: usize,
    pub per_second: Option<usize>,
    minute: (i64, usize),
    second: (i64, usize),
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_minute: 240, per_second: None, minute: (0, 0), second: (0, 0) }
    }
}

impl Limits {
    /// Counts a call, and refuses it if it is one too many.
    pub fn refuse(&mut self, clock: &Clock) -> Option<Answer> {
        let now = clock.now().as_second();
        for (window, length) in [(&mut self.minute, 60), (&mut self.second, 1)] {
            if window.0 != now.div_euclid(length) {
                *window = (now.div_euclid(length), 0);
            }
            window.1 += 1;
        }
        let wait = if self.minute.1 > self.per_minute {
            60 - now.rem_euclid(60)
        } else if self.per_second.is_some_and(|most| self.second.1 > most) {
            1
        } else {
            return None;
        };
        Some(too_many(wait))
    }

    /// The answer with what is left.
    pub fn told(&self, clock: &Clock, answer: Answer) -> Answer {
        let left = self.per_minute.saturating_sub(self.minute.1);
        let reset = 60 - clock.now().as_second().rem_euclid(60);
        answer
            .with("x-ratelimit-limit", self.per_minute.to_string())
            .with("x-ratelimit-remaining", left.to_string())
            .with("x-ratelimit-reset", reset.to_string())
    }
}

pub(super) fn too_many(wait: i64) -> Answer {
    Answer::error(429, "TOO_MANY_REQUESTS", "Too many requests").with("retry-after", wait.to_string())
}
