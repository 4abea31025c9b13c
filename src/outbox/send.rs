//! Sending one message: loading its content, and the attempt.

use super::record::Outcome;
use crate::domain::grant::GrantStatus;
use crate::domain::outbox::OutboxMessage;
use crate::mail::{LicenseKeyDelivered, Mailer, SendError};
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, customers, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::grants::compose_email::{Contents, compose_email};

/// Attempts to send a claimed message.
pub(super) fn attempt(ctx: &Context, mailer: &Mailer, message: &OutboxMessage) -> Outcome {
    let outgoing = load(ctx, message).and_then(|mail| match mail {
        Some(mail) => {
            mail.outgoing(message.id.as_str(), message.created_at).map(Some).map_err(|error| error.to_string())
        }
        None => Ok(None),
    });
    match outgoing {
        Ok(None) => Outcome::CalledOff,
        Ok(Some(outgoing)) => match mailer.send(&outgoing) {
            Ok(sent) => Outcome::Sent { reply: sent.reply },
            Err(SendError::Temporary { reply, ours }) => Outcome::Temporary { reply, is_our_fault: ours },
            Err(SendError::Permanent { reply }) => Outcome::Refused { reply },
        },
        Err(cause) => {
            tracing::error!(message_id = %message.id, %cause, "an e-mail could not be written");
            Outcome::Temporary { reply: cause, is_our_fault: true }
        }
    }
}

/// The content of the message; `None` if in the meantime its grant was revoked or moved to another customer, or its
/// customer was erased.
fn load(ctx: &Context, message: &OutboxMessage) -> Result<Option<LicenseKeyDelivered>, String> {
    let load = |conn: &mut Conn| -> Result<_, StorageError> {
        let grant = grants::find(conn, &message.grant_id)?;
        if grant.status == GrantStatus::Revoked {
            return Ok(None);
        }
        let mut customer = customers::find(conn, &grant.customer_id)?;
        let is_moved = message.customer_id.as_ref().is_some_and(|id| *id != customer.id);
        if is_moved || customer.erased_at.is_some() {
            return Ok(None);
        }
        customer.email.clone_from(&message.recipient);
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        let id = grant.license_key_id.as_ref().ok_or(StorageError::NotFound)?;
        let sealed = license_keys::find_sealed(conn, id)?;
        let key = sealed.open(&ctx.keyring)?.ok_or(StorageError::NotFound)?;
        let contents = Contents {
            key: &key,
            activations_limit: sealed.key.summary.activations_limit,
            expires_at: sealed.key.summary.expires_at,
            customer_note: grant.customer_note.as_deref(),
        };
        Ok(Some(compose_email(ctx, &grant, &customer, &entitlement, &contents)))
    };
    ctx.db.read(load).map_err(|error| error.to_string())
}
