//! What an attempt means for its message.

use jiff::Timestamp;

use crate::domain::outbox::{MessageState, OutboxMessage, pause_after_no_answer};

/// The outcome of an attempt, and what happens next.
#[derive(Debug, Clone)]
pub struct Progress {
    pub state: MessageState,
    pub next_attempt_at: Timestamp,
    /// How many attempts were made.
    pub attempts: i32,
    /// How many attempts were left unanswered.
    pub unanswered: i32,
    pub status: Option<i32>,
    pub reply: Option<String>,
    pub finished_at: Option<Timestamp>,
}

impl Progress {
    /// The message is done with.
    pub fn finished(message: &OutboxMessage, state: MessageState, now: Timestamp) -> Self {
        Self { state, finished_at: Some(now), ..Self::queued(message, now) }
    }

    /// The message waits for its next attempt.
    pub fn queued(message: &OutboxMessage, next_attempt_at: Timestamp) -> Self {
        Self {
            state: MessageState::Queued,
            next_attempt_at,
            attempts: message.attempts,
            unanswered: message.unanswered,
            status: None,
            reply: None,
            finished_at: None,
        }
    }

    /// The mail server has got the message and not answered: it is tried twice more, and then left as it is.
    pub fn unanswered(message: &OutboxMessage, now: Timestamp) -> Self {
        let unanswered = message.unanswered.saturating_add(1);
        let next = pause_after_no_answer(unanswered).and_then(|pause| now.saturating_add(pause).ok());
        let progress = match next {
            Some(at) => Self::queued(message, at),
            None => Self::finished(message, MessageState::Unknown, now),
        };
        Self { state: MessageState::Unknown, unanswered, ..progress }
    }
}
