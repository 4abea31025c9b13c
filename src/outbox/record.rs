//! Recording the outcome of an attempt: on the message, on its grant, in the audit log, and as a warning for admins.

use jiff::Timestamp;

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::grant::GrantStatus;
use crate::domain::outbox::{Attempt, MessageState, OutboxMessage, next_attempt};
use crate::domain::webhook::EventType;
use crate::storage::customers::erasure;
use crate::storage::outbox::{self, Progress};
use crate::storage::{StorageError, Tx, audit_log, grants, installation};
use crate::usecases::Context;
use crate::usecases::customers::erase::remove_kept_mail;
use crate::usecases::webhooks::enqueue::{Subject, announce};

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent {
        reply: String,
    },
    /// A temporary error; a later attempt may succeed.
    Temporary {
        reply: String,
        is_our_fault: bool,
    },
    /// The mail server permanently rejected the recipient or the message.
    Refused {
        reply: String,
    },
    /// The grant was revoked before the message was sent.
    CalledOff,
}

const ERROR_REJECTED: &str = "email_rejected";
const ERROR_UNDELIVERABLE: &str = "email_undeliverable";

impl Outcome {
    /// What remains if the recipient was erased in the meantime: replies may repeat the address, and there is nothing
    /// to retry.
    fn without_words(&self) -> Self {
        match self {
            Self::Sent { .. } => Self::Sent { reply: String::new() },
            Self::Refused { .. } => Self::Refused { reply: String::new() },
            Self::Temporary { .. } | Self::CalledOff => Self::CalledOff,
        }
    }
}

/// Records the outcome in one transaction; leaves the grant unchanged if the lease was lost.
pub fn record(
    ctx: &Context,
    message: &OutboxMessage,
    owner: &str,
    started_at: Timestamp,
    outcome: &Outcome,
) -> Result<(), StorageError> {
    let is_erased = ctx.db.write(|tx| record_in(ctx, tx, message, owner, started_at, outcome))?;
    if is_erased {
        // The file may have been written after the erasure had removed all others.
        remove_kept_mail(ctx, std::slice::from_ref(&message.id))?;
    }
    Ok(())
}

/// Like [`record`], but inside the caller's transaction; returns whether the recipient was erased in the meantime.
pub fn record_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    message: &OutboxMessage,
    owner: &str,
    started_at: Timestamp,
    outcome: &Outcome,
) -> Result<bool, StorageError> {
    let now = ctx.clock.now();
    let customer_id = match &message.customer_id {
        Some(id) => Some(id.clone()),
        None => erasure::customer_of(tx, Some(&message.grant_id), None)?,
    };
    let is_erased = customer_id.map_or(Ok(false), |id| erasure::is_erased(tx, &id))?;
    let without_words = is_erased.then(|| outcome.without_words());
    let outcome = without_words.as_ref().unwrap_or(outcome);
    let (progress, error_code) = progress(message, outcome, now);
    let is_ours = outbox::settle(tx, &message.id, owner, &progress)?;
    if *outcome != Outcome::CalledOff {
        let attempt = Attempt {
            number: message.attempts,
            outcome: word(outcome).to_owned(),
            reply: progress.reply.to_owned(),
            started_at,
            finished_at: now,
        };
        outbox::add_attempt(tx, &message.id, &attempt)?;
    }
    if !is_ours {
        tracing::warn!(message_id = %message.id, "the lease ran out during an attempt; another worker has the message");
        return Ok(is_erased);
    }
    log_end(ctx, tx, message, &progress, now)?;
    if outbox::is_newest_of_grant(tx, message)? {
        grants::set_email_state(tx, &message.grant_id, progress.state)?;
        move_grant(ctx, tx, message, &progress, error_code, now)?;
    }
    note_our_fault(tx, outcome)?;
    Ok(is_erased)
}

fn progress<'a>(message: &OutboxMessage, outcome: &'a Outcome, now: Timestamp) -> (Progress<'a>, Option<&'static str>) {
    let ended =
        |state, reply| Progress { state, next_attempt_at: now, reply, has_own_fault: false, finished_at: Some(now) };
    match outcome {
        Outcome::Sent { reply } => (ended(MessageState::Sent, reply), None),
        Outcome::Refused { reply } => (ended(MessageState::Failed, reply), Some(ERROR_REJECTED)),
        Outcome::CalledOff => (ended(MessageState::Cancelled, ""), None),
        Outcome::Temporary { reply, is_our_fault } => match next_attempt(message.created_at, message.attempts, now) {
            None => (ended(MessageState::Failed, reply), Some(ERROR_UNDELIVERABLE)),
            Some(next) => {
                let state = MessageState::Queued;
                (
                    Progress { state, next_attempt_at: next, reply, has_own_fault: *is_our_fault, finished_at: None },
                    None,
                )
            }
        },
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent { .. } => "sent",
        Outcome::Temporary { .. } => "temporary",
        Outcome::Refused { .. } => "permanent",
        Outcome::CalledOff => "called_off",
    }
}

fn log_end(
    ctx: &Context,
    tx: &mut Tx<'_>,
    message: &OutboxMessage,
    progress: &Progress<'_>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let action = match progress.state {
        MessageState::Sent => AuditAction::MessageSent,
        MessageState::Cancelled => AuditAction::MessageCancelled,
        _ => return Ok(()),
    };
    let entry = NewAuditEntry {
        grant_id: Some(message.grant_id.clone()),
        ..NewAuditEntry::on(
            &Actor::system(SystemPart::Outbox),
            action,
            ObjectKind::Message,
            &message.id,
            vec![
                Change::new("e_mail", Some(MessageState::Sending.as_str()), Some(progress.state.as_str())),
                Change::set("smtp_reply", reply_code(progress.reply)),
                Change::set("attempts", message.attempts),
            ],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

fn move_grant(
    ctx: &Context,
    tx: &mut Tx<'_>,
    message: &OutboxMessage,
    progress: &Progress<'_>,
    error_code: Option<&str>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let id = &message.grant_id;
    let (action, event, change) = match (progress.state, error_code) {
        (MessageState::Sent, _) if grants::mark_delivered_again(tx, id, now)? => (
            AuditAction::GrantRestore,
            EventType::GrantDelivered,
            Change::new("status", Some(GrantStatus::Failed.as_str()), Some(GrantStatus::Delivered.as_str())),
        ),
        (MessageState::Failed, Some(code)) if grants::mark_failed(tx, id, code, progress.reply, now)? => (
            AuditAction::GrantFail,
            EventType::GrantFailed,
            Change::new("status", Some(GrantStatus::Delivered.as_str()), Some(GrantStatus::Failed.as_str())),
        ),
        _ => return Ok(()),
    };
    let mut changes = vec![change];
    if let Some(code) = error_code {
        changes.push(Change::set("error_code", code));
        changes.push(Change::set("smtp_reply", reply_code(progress.reply)));
    }
    audit_log::append(
        tx,
        &ctx.keyring,
        &NewAuditEntry::on_grant(&Actor::system(SystemPart::Outbox), action, id, changes),
        now,
    )?;
    announce(tx, event, Subject::grant(id), now)
}

/// Shows admins a warning while the mail server rejects us for a reason on our side; clears it once a message is
/// accepted.
fn note_our_fault(tx: &mut Tx<'_>, outcome: &Outcome) -> Result<(), StorageError> {
    match outcome {
        Outcome::Temporary { reply, is_our_fault: true } => installation::set(tx, installation::MAIL_FAULT, reply),
        Outcome::Sent { .. } if installation::get(tx, installation::MAIL_FAULT)?.is_some() => {
            installation::clear(tx, installation::MAIL_FAULT)
        }
        _ => Ok(()),
    }
}

/// The codes of a reply without its text, which often repeats the address: `550 5.1.1`.
fn reply_code(reply: &str) -> String {
    let codes: Vec<&str> = reply
        .split([' ', '-'])
        .take_while(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        .collect();
    codes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_a_replys_code_and_not_its_words() {
        assert_eq!(reply_code("550 5.1.1 <ada@example.com>: unknown"), "550 5.1.1");
        assert_eq!(reply_code("250-ok"), "250");
        assert_eq!(reply_code("connection refused"), "");
    }
}
