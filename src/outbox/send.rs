//! One message: claim it, send it, record the outcome.

use jiff::Timestamp;

use super::record::{Outcome, record};
use crate::domain::ids::MessageId;
use crate::domain::grant::GrantStatus;
use crate::domain::outbox::{MessageState, OutboxMessage};
use crate::mail::{Mailer, SendError};
use crate::storage::{StorageError, customers, entitlements, grants, license_keys, outbox};
use crate::usecases::Context;
use crate::usecases::compose_email::{Letter, compose_email};
use crate::usecases::reveal_license_key::open_license_key;

/// How many due messages are looked at in one go while other workers claim theirs.
const BATCH: i64 = 16;

/// Sends one due message; `false` where none is due.
pub fn run_once(ctx: &Context, mailer: &Mailer, owner: &str) -> Result<bool, StorageError> {
    let candidates = ctx.db.read(|conn| outbox::claimable(conn, ctx.clock.now(), BATCH))?;
    for id in candidates {
        if let Some(message) = claim(ctx, &id, owner)? {
            let started_at = ctx.clock.now();
            let outcome = attempt(ctx, mailer, &message);
            record(ctx, &message, owner, started_at, &outcome)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sends until nothing is due.
pub fn run_until_empty(ctx: &Context, mailer: &Mailer) -> Result<usize, StorageError> {
    let mut sent = 0;
    while run_once(ctx, mailer, "until-empty")? {
        sent += 1;
    }
    Ok(sent)
}

fn claim(ctx: &Context, id: &MessageId, owner: &str) -> Result<Option<OutboxMessage>, StorageError> {
    ctx.db.write(|tx| {
        let message = outbox::claim(tx, id, owner, ctx.clock.now())?;
        if let Some(message) = &message
            && outbox::is_newest_of_grant(tx, message)?
        {
            grants::set_email_state(tx, &message.grant_id, MessageState::Sending)?;
        }
        Ok(message)
    })
}

fn attempt(ctx: &Context, mailer: &Mailer, message: &OutboxMessage) -> Outcome {
    let outgoing = match load(ctx, message) {
        Ok(Some(letter)) => letter.address_to(&message.recipient).outgoing(ctx, &message.id),
        Ok(None) => return Outcome::CalledOff,
        Err(cause) => Err(cause),
    };
    match outgoing {
        Err(cause) => {
            tracing::error!(message_id = %message.id, %cause, "an e-mail could not be written");
            Outcome::Temporary { reply: cause, is_our_fault: true }
        }
        Ok(outgoing) => match mailer.send(&outgoing) {
            Ok(sent) => Outcome::Sent { reply: sent.reply },
            Err(SendError::Temporary { reply, ours }) => Outcome::Temporary { reply, is_our_fault: ours },
            Err(SendError::Permanent { reply }) => Outcome::Refused { reply },
        },
    }
}

/// What the message says; `None` where its grant was revoked meanwhile.
fn load(ctx: &Context, message: &OutboxMessage) -> Result<Option<Letter>, String> {
    ctx.db
        .read(|conn| {
            let grant = grants::find(conn, &message.grant_id)?;
            if grant.status == GrantStatus::Revoked {
                return Ok(None);
            }
            let customer = customers::find(conn, &grant.customer_id)?;
            let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
            let id = grant.license_key_id.clone().ok_or_else(|| StorageError::Corrupt(format!("{} has no key", grant.id)))?;
            let summary = license_keys::find(conn, &id)?;
            let key = open_license_key(ctx, conn, &id).map_err(|error| StorageError::Corrupt(format!("{error:?}")))?;
            let purchased_at: Timestamp = grant.created_at;
            Ok::<_, StorageError>(Some(compose_email(
                ctx,
                &customer,
                &entitlement,
                &key,
                summary.activations_limit,
                summary.expires_at,
                grant.customer_note.as_deref(),
                grant.payment_id.as_deref(),
                purchased_at,
            )))
        })
        .map_err(|error| error.to_string())
}
