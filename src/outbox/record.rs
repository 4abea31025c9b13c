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
        Outcome::Sent { .. } => Progress::finished(message, MessageState::Sent, now),
        Outcome::Kept { .. } => Progress::finished(message, MessageState::Kept, now),
        Outcome::Refused { .. } => Progress::finished(message, MessageState::Failed, now),
        Outcome::Cancelled => Progress::finished(message, MessageState::Cancelled, now),
        Outcome::Postponed => Progress::queued(message, now),
        Outcome::Later { after, .. } => Progress::queued(message, now.saturating_add(*after).unwrap_or(now)),
        Outcome::Unanswered { .. } => Progress::unanswered(message, now),
        Outcome::Temporary { .. } | Outcome::Unreachable { .. } => match kind.next_attempt(message, now) {
            Some(at) => Progress::queued(message, at),
            // An earlier attempt may have reached the customer.
            None if message.unanswered > 0 => Progress::finished(message, MessageState::Unknown, now),
            None => Progress::finished(message, MessageState::Failed, now),
        },
    };
    // Asked before the message is settled: whoever calls messages off locks in that order.
    let progress = if progress.state == MessageState::Queued && kind.is_called_off(tx, message)? {
        Progress::finished(message, MessageState::Cancelled, now)
    } else {
        progress
    };
    let progress = if outcome.word().is_some() {
        let status = http.as_ref().and_then(|http| http.status);
        Progress { status, reply: Some(outcome.reply().to_owned()).filter(|reply| !reply.is_empty()), ..progress }
    } else {
        // The claim does not count as an attempt, and what the last attempt led to still stands.
        let reply = message.last_reply.clone().filter(|_| !is_erased);
        Progress { attempts: message.attempts.saturating_sub(1).max(0), status: message.last_status, reply, ..progress }
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
        note_mail_fault(tx, message, outcome)?;
    }
    Ok(is_erased)
}

/// Shows admins a warning while the mail server rejects us for a reason on our side, or is away for longer than a
/// restart; clears it once an e-mail is accepted.
fn note_mail_fault(tx: &mut Tx<'_>, message: &OutboxMessage, outcome: &Outcome) -> Result<(), StorageError> {
    match outcome {
        Outcome::Temporary { reply, is_our_fault: true } => installation::set(tx, installation::MAIL_FAULT, reply),
        Outcome::Unreachable { reply } if message.attempts > 1 => {
            installation::set(tx, installation::MAIL_FAULT, reply)
        }
        Outcome::Sent { .. } | Outcome::Kept { .. } if installation::get(tx, installation::MAIL_FAULT)?.is_some() => {
            installation::clear(tx, installation::MAIL_FAULT)
        }
        _ => Ok(()),
    }
}
