//! What the outbox asks of each kind of message, and what an attempt to send one leads to.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::leases::Leases;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::outbox::{HttpExchange, MessageState, OutboxMessage, next_attempt};
use crate::mail::{Mailer, Outgoing, SendError, Sent};
use crate::storage::outbox::queue::Progress;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::Context;
use crate::webhooks::Poster;

/// The ways in which messages leave; clones share connections.
#[derive(Debug, Clone)]
pub struct Transports {
    pub mailer: Arc<Mailer>,
    pub poster: Poster,
    pub leases: Leases,
}

/// One kind of message: how it is sent, and what its outcome means.
pub trait Kind: Sync {
    /// Marks what the message is about as being sent, in the transaction that claims the message.
    fn claimed(&self, _tx: &mut Tx<'_>, _message: &OutboxMessage) -> Result<(), StorageError> {
        Ok(())
    }

    /// Loads what the message needs and sends it, outside any transaction. An error leaves the message to whoever
    /// claims it after the lease.
    fn attempt(
        &self,
        ctx: &Context,
        transports: &Transports,
        message: &OutboxMessage,
    ) -> Result<Attempted, StorageError>;

    /// Whether there is nobody left to send the message to, so that it is not tried again. Called in the transaction that
    /// records an outcome.
    fn is_called_off(&self, _tx: &mut Tx<'_>, _message: &OutboxMessage) -> Result<bool, StorageError> {
        Ok(false)
    }

    /// When to retry after a temporary error; `None` if not at all.
    fn next_attempt(&self, message: &OutboxMessage, now: Timestamp) -> Option<Timestamp> {
        next_attempt(message.created_at, message.attempts, now)
    }

    /// What is recorded if the customer was erased in the meantime: replies may repeat the address, and there is
    /// nothing to retry.
    fn redacted(&self, attempted: &Attempted) -> Attempted {
        match attempted.outcome {
            Outcome::Sent { .. } => Outcome::Sent { reply: String::new() },
            Outcome::Kept { .. } => Outcome::Kept { reply: String::new() },
            Outcome::Refused { .. } => Outcome::Refused { reply: String::new() },
            Outcome::Temporary { .. }
            | Outcome::Unreachable { .. }
            | Outcome::Unanswered { .. }
            | Outcome::Later { .. }
            | Outcome::Cancelled
            | Outcome::Postponed => Outcome::Cancelled,
        }
        .into()
    }

    /// Applies the outcome to what the message is about, in the transaction that records it. Not called if the lease
    /// was lost.
    fn settled(&self, _ctx: &Context, _tx: &mut Tx<'_>, _settled: &Settled<'_>) -> Result<(), StorageError> {
        Ok(())
    }
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent {
        reply: String,
    },
    /// Written to the local mailbox, because there is no mail server.
    Kept {
        reply: String,
    },
    /// A temporary error; a later attempt may succeed.
    Temporary {
        reply: String,
        is_our_fault: bool,
    },
    /// The mail server is away, or takes no mail from anybody; a later attempt may succeed.
    Unreachable {
        reply: String,
    },
    /// The mail server has got the message and not said whether it takes it.
    Unanswered {
        reply: String,
    },
    /// Not at the moment: the receiver asks to come back after a while, or has to be asked then what became of it.
    Later {
        reply: String,
        after: SignedDuration,
    },
    /// The recipient's address is permanently wrong.
    Refused {
        reply: String,
    },
    /// There is no longer anything to send, so nothing was attempted.
    Cancelled,
    /// The receiver takes nothing at the moment, so nothing was attempted; the message stays due.
    Postponed,
}

impl Outcome {
    /// The outcome as attempts record it; `None` if nothing was attempted.
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Self::Sent { .. } => Some("sent"),
            Self::Kept { .. } => Some("kept"),
            Self::Temporary { .. } | Self::Unreachable { .. } | Self::Later { .. } => Some("temporary"),
            Self::Unanswered { .. } => Some("unknown"),
            Self::Refused { .. } => Some("permanent"),
            Self::Cancelled | Self::Postponed => None,
        }
    }

    /// The server's reply, or why there was none.
    pub fn reply(&self) -> &str {
        match self {
            Self::Sent { reply }
            | Self::Kept { reply }
            | Self::Temporary { reply, .. }
            | Self::Unreachable { reply }
            | Self::Unanswered { reply }
            | Self::Later { reply, .. }
            | Self::Refused { reply } => reply,
            Self::Cancelled | Self::Postponed => "",
        }
    }
}

/// What an attempt leaves to be recorded.
#[derive(Debug, Clone)]
pub struct Attempted {
    pub outcome: Outcome,
    /// The request, if it was made by HTTP.
    pub http: Option<HttpExchange>,
    /// The customer whose data was sent; `None` if it is the one the message or its grant names.
    pub customer_id: Option<CustomerId>,
}

impl From<Outcome> for Attempted {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, http: None, customer_id: None }
    }
}

/// A recorded outcome.
#[derive(Debug)]
pub struct Settled<'a> {
    pub message: &'a OutboxMessage,
    pub outcome: &'a Outcome,
    pub progress: &'a Progress,
    pub now: Timestamp,
}

/// Sends a composed e-mail. An e-mail that cannot be loaded or composed is retried, like any error on our side.
pub(super) fn send_email(
    transports: &Transports,
    message: &OutboxMessage,
    composed: Result<Option<Outgoing>, String>,
) -> Attempted {
    match composed {
        Ok(None) => Outcome::Cancelled,
        Ok(Some(outgoing)) => {
            match transports.mailer.send(&outgoing, &|| transports.leases.content_is_sent(&message.id)) {
                Ok(Sent { reply, is_kept: true }) => Outcome::Kept { reply },
                Ok(Sent { reply, is_kept: false }) => Outcome::Sent { reply },
                Err(SendError::Unreachable { reply }) => Outcome::Unreachable { reply },
                Err(SendError::Unanswered { reply }) => Outcome::Unanswered { reply },
                Err(SendError::Temporary { reply, ours }) => Outcome::Temporary { reply, is_our_fault: ours },
                Err(SendError::Permanent { reply }) => Outcome::Refused { reply },
            }
        }
        Err(cause) => {
            tracing::error!(message_id = %message.id, %cause, "an e-mail could not be composed");
            Outcome::Temporary { reply: cause, is_our_fault: true }
        }
    }
    .into()
}

/// Records how sending an e-mail to a customer ended.
pub(super) fn log_email_end(
    ctx: &Context,
    tx: &mut Tx<'_>,
    settled: &Settled<'_>,
    grant_id: Option<&GrantId>,
) -> Result<(), StorageError> {
    let state = settled.progress.state;
    let action = match state {
        MessageState::Sent => AuditAction::MessageSent,
        MessageState::Kept => AuditAction::MessageKept,
        MessageState::Unknown => AuditAction::MessageUnanswered,
        MessageState::Cancelled => AuditAction::MessageCancelled,
        _ => return Ok(()),
    };
    let entry = NewAuditEntry {
        grant_id: grant_id.cloned(),
        ..NewAuditEntry::on(
            &Actor::system(SystemPart::Outbox),
            action,
            ObjectKind::Message,
            &settled.message.id,
            vec![
                Change::new("e_mail", Some(MessageState::Sending.as_str()), Some(state.as_str())),
                Change::set("smtp_reply", reply_code(settled.outcome.reply())),
                Change::set("attempts", settled.progress.attempts),
            ],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, settled.now)
}

/// The codes of a reply without its text, which often repeats the address: `550 5.1.1`.
pub(super) fn reply_code(reply: &str) -> String {
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
