//! Outbox messages: what is sent out after a change, and when a failed message is retried.

use jiff::{SignedDuration, Timestamp};

use super::customer::EmailAddress;
use super::ids::{CustomerId, GrantId, MessageId};

/// The state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    Queued,
    Sending,
    Sent,
    Failed,
    Cancelled,
}

impl MessageState {
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The two queues of waiting messages; neither may hold up the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Never attempted.
    Fresh,
    /// Deferred after a temporary error, or abandoned by a worker that died.
    Again,
}

impl Lane {
    /// One in this many workers looks at retries first, the others at first attempts. A worker whose own lane is empty
    /// takes from the other.
    pub const ROUND: usize = 4;

    /// The lane that the worker with this number looks at first, or that one worker looks at first for its message
    /// with this number.
    pub fn first_for(number: usize) -> Self {
        if number % Self::ROUND == Self::ROUND - 1 { Self::Again } else { Self::Fresh }
    }

    /// Both lanes, this one first.
    pub fn order(self) -> [Self; 2] {
        match self {
            Self::Fresh => [Self::Fresh, Self::Again],
            Self::Again => [Self::Again, Self::Fresh],
        }
    }
}

/// The topic of e-mails that deliver a license key.
pub const TOPIC_LICENSE_KEY_EMAIL: &str = "license_key_email";

/// How long a worker may hold a message before another takes it over.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// A message that has met only temporary errors is abandoned after this long.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// The pause after failed attempt number `attempts` (1 is the first).
pub fn pause_after(attempts: i32) -> SignedDuration {
    let seconds = match attempts {
        ..=1 => 10,
        2 => 30,
        3 => 2 * 60,
        4 => 5 * 60,
        5 => 15 * 60,
        6 => 30 * 60,
        7 => 60 * 60,
        8 => 2 * 60 * 60,
        _ => 4 * 60 * 60,
    };
    SignedDuration::from_secs(seconds)
}

/// When to retry after a temporary error; `None` once [`GIVE_UP_AFTER`] has passed.
pub fn next_attempt(created_at: Timestamp, attempts: i32, now: Timestamp) -> Option<Timestamp> {
    let give_up_at = created_at.saturating_add(GIVE_UP_AFTER).ok()?;
    let next = now.saturating_add(pause_after(attempts)).ok()?;
    (now < give_up_at).then(|| next.min(give_up_at))
}

/// A message that will be sent, or was.
#[derive(Debug, Clone)]
pub struct OutboxMessage {
    pub id: MessageId,
    pub topic: String,
    pub grant_id: GrantId,
    pub recipient: EmailAddress,
    pub state: MessageState,
    pub attempts: i32,
    pub next_attempt_at: Timestamp,
    pub lease_until: Option<Timestamp>,
    pub last_reply: Option<String>,
    pub has_own_fault: bool,
    pub finished_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// The recipient; `None` if the message was written by an older version.
    pub customer_id: Option<CustomerId>,
}

/// One attempt to send a message.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub number: i32,
    /// `sent`, `temporary`, `permanent`.
    pub outcome: String,
    /// The mail server's reply.
    pub reply: String,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_three_days() {
        let created = Timestamp::UNIX_EPOCH;
        let (mut now, mut attempts, mut last) = (created, 0, SignedDuration::ZERO);
        loop {
            attempts += 1;
            let Some(next) = next_attempt(created, attempts, now) else { break };
            let pause = now.duration_until(next);
            assert!(pause >= last || next == created + GIVE_UP_AFTER);
            (now, last) = (next, pause);
        }
        assert_eq!(now, created + GIVE_UP_AFTER);
        assert!((20..40).contains(&attempts), "{attempts}");
        assert!(pause_after(1) <= SignedDuration::from_secs(10));
    }
}
