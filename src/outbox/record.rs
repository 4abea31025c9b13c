//! Recording the outcome of an attempt: on the message, in its history, on what the message is about, and as a warning
//! for admins.

use jiff::Timestamp;

use super::kind::{Attempted, Outcome, Settled};
use super::kinds;
use crate::domain::outbox::{Attempt, MessageState, OutboxMessage};
use crate::storage::customers::erasure;
use crate::storage::outbox::queue::{self, Progress};
use crate::storage::{StorageError, Tx, installation, outbox};
use crate::usecases::Context;
use crate::usecases::customers::erase::remove_dev_mail;

/// A message after an attempt.
#[derive(Debug)]
pub struct InFlight {
    pub message: OutboxMessage,
    pub attempted: Attempted,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
}

/// Records the outcome in one transaction; if the lease was lost, only the attempt.
pub fn record(ctx: &Context, owner: &str, sent: &InFlight) -> Result<(), StorageError> {
    let is_erased = ctx.db.write(|tx| record_in(ctx, tx, owner, sent))?;
    if is_erased {
        // The file may have been written after the erasure had removed all others.
        remove_dev_mail(ctx, std::slice::from_ref(&sent.message.id))?;
    }
    Ok(())
}

/// Like [`record`], but inside the caller's transaction; returns whether the customer was erased in the meantime.
pub fn record_in(ctx: &Context, tx: &mut Tx<'_>, owner: &str, sent: &InFlight) -> Result<bool, StorageError> {
    let (message, now) = (&sent.message, ctx.clock.now());
    let kind = kinds::of(message.kind);
    let customer_id = match sent.attempted.customer_id.as_ref().or(message.customer_id.as_ref()) {
        Some(id) => Some(id.clone()),
        None => erasure::customer_of(tx, message.grant_id.as_ref(), None)?,
    };
    let is_erased = customer_id.map_or(Ok(false), |id| erasure::is_erased(tx, &id))?;
    let redacted = is_erased.then(|| kind.redacted(&sent.attempted));
    let Attempted { outcome, http, .. } = redacted.as_ref().unwrap_or(&sent.attempted);
    let progress = match outcome {
        Outcome::Sent { .. } => finished(MessageState::Sent, now),
        Outcome::Refused { .. } => finished(MessageState::Failed, now),
        Outcome::Cancelled => finished(MessageState::Cancelled, now),
        Outcome::Postponed => queued(now),
        Outcome::Temporary { .. } => {
            kind.next_attempt(message, now).map_or_else(|| finished(MessageState::Failed, now), queued)
        }
    };
    let progress = if outcome.word().is_some() {
        let status = http.as_ref().and_then(|http| http.status);
        Progress { status, reply: Some(outcome.reply().to_owned()).filter(|reply| !reply.is_empty()), ..progress }
    } else {
        // What the last attempt led to still stands.
        let reply = message.last_reply.clone().filter(|_| !is_erased);
        Progress { status: message.last_status, reply, ..progress }
    };
    let is_ours = queue::settle(tx, &message.id, owner, &progress)?;
    if let Some(word) = outcome.word() {
        let attempt = Attempt {
            number: message.attempts,
            outcome: word.to_owned(),
            reply: outcome.reply().to_owned(),
            started_at: sent.started_at,
            finished_at: sent.finished_at,
        };
        outbox::attempts::insert(tx, &message.id, &attempt, http.as_ref())?;
    }
    if !is_ours {
        let kind = message.kind.as_str();
        tracing::warn!(message_id = %message.id, kind, "the lease ran out during an attempt; another worker has the message");
        return Ok(is_erased);
    }
    kind.settled(ctx, tx, &Settled { message, outcome, progress: &progress, now })?;
    if message.queue.is_mail() {
        note_mail_fault(tx, outcome)?;
    }
    Ok(is_erased)
}

fn finished(state: MessageState, now: Timestamp) -> Progress {
    Progress { state, next_attempt_at: now, status: None, reply: None, finished_at: Some(now) }
}

fn queued(next_attempt_at: Timestamp) -> Progress {
    Progress { state: MessageState::Queued, next_attempt_at, status: None, reply: None, finished_at: None }
}

/// Shows admins a warning while the mail server rejects us for a reason on our side; clears it once an e-mail is
/// accepted.
fn note_mail_fault(tx: &mut Tx<'_>, outcome: &Outcome) -> Result<(), StorageError> {
    match outcome {
        Outcome::Temporary { reply, is_our_fault: true } => installation::set(tx, installation::MAIL_FAULT, reply),
        Outcome::Sent { .. } if installation::get(tx, installation::MAIL_FAULT)?.is_some() => {
            installation::clear(tx, installation::MAIL_FAULT)
        }
        _ => Ok(()),
    }
}
