//! The e-mail that delivers: with a license key, or with a link to files. Its outcome decides whether the grant is delivered or failed.

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::outbox::{MessageState, OutboxMessage};
use crate::domain::webhook::EventType;
use crate::mail::{FilesDelivered as FilesEmail, LicenseKeyDelivered as KeyEmail};
use crate::outbox::kind::{Attempted, Kind, Outcome, Settled, Transports, log_email_end, reply_code, send_email};
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, Tx, audit_log, customers, files, grants, license_keys, outbox};
use crate::usecases::Context;
use crate::usecases::files::shown::{GrantFiles, files_of_grant};
use crate::usecases::grants::compose_email::{Contents, compose_email, compose_files_email};
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

const ERROR_REJECTED: &str = "email_rejected";
const ERROR_UNDELIVERABLE: &str = "email_undeliverable";

pub(crate) struct LicenseKeyDelivered;

impl Kind for LicenseKeyDelivered {
    fn claimed(&self, tx: &mut Tx<'_>, message: &OutboxMessage) -> Result<(), StorageError> {
        if outbox::is_newest_of_grant(tx, message)? {
            grants::set_email_state(tx, grant_of(message)?, MessageState::Sending)?;
        }
        Ok(())
    }

    fn attempt(
        &self,
        ctx: &Context,
        transports: &Transports,
        message: &OutboxMessage,
    ) -> Result<Attempted, StorageError> {
        let composed = load(ctx, message).and_then(|email| {
            let (id, at) = (message.id.as_str(), message.created_at);
            let composed = match email {
                Some(Letter::Key(email)) => email.outgoing(id, at),
                Some(Letter::Files(email)) => email.outgoing(id, at),
                None => return Ok(None),
            };
            composed.map(Some).map_err(|error| error.to_string())
        });
        Ok(send_email(transports, message, composed))
    }

    fn settled(&self, ctx: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<(), StorageError> {
        let grant_id = grant_of(settled.message)?;
        log_email_end(ctx, tx, settled, Some(grant_id))?;
        if outbox::is_newest_of_grant(tx, settled.message)? {
            grants::set_email_state(tx, grant_id, settled.progress.state)?;
            move_grant(ctx, tx, settled, grant_id)?;
        }
        Ok(())
    }
}

/// The content, by what is delivered.
enum Letter {
    Key(KeyEmail),
    Files(FilesEmail),
}

fn grant_of(message: &OutboxMessage) -> Result<&GrantId, StorageError> {
    message.grant_id.as_ref().ok_or_else(|| StorageError::Corrupt(format!("{} has no grant", message.id)))
}

/// The content of the message; `None` if in the meantime its grant was revoked or moved to another customer, or its
/// customer was erased.
fn load(ctx: &Context, message: &OutboxMessage) -> Result<Option<Letter>, String> {
    let load = |conn: &mut Conn| -> Result<_, StorageError> {
        let grant = grants::find(conn, grant_of(message)?)?;
        if grant.status == GrantStatus::Revoked {
            return Ok(None);
        }
        // It was sent again in the meantime, and perhaps arrived: no more copies of this one.
        if message.unanswered > 0 && !outbox::is_newest_of_grant(conn, message)? {
            return Ok(None);
        }
        let mut customer = customers::find(conn, &grant.customer_id)?;
        // Whoever was merged is the same person.
        let recipient = message.customer_id.as_ref().map(|id| customers::find(conn, id)).transpose()?;
        let is_moved = recipient.is_some_and(|recipient| recipient.id != customer.id);
        if is_moved || customer.erased_at.is_some() {
            return Ok(None);
        }
        if let Some(recipient) = &message.recipient {
            customer.email.clone_from(recipient);
        }
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        let place_in_sale = grants::series::place_in_sale(conn, &grant)?;
        if entitlement.config.delivers() == Delivers::Files {
            let note = grant.customer_note.clone();
            let found = files_of_grant(conn, &grant.id)?.map(|found| GrantFiles { customer, ..found });
            let found = found.ok_or(StorageError::NotFound)?;
            return Ok(Some(Letter::Files(compose_files_email(ctx, &found, note.as_deref(), place_in_sale))));
        }
        let id = grant.license_key_id.as_ref().ok_or(StorageError::NotFound)?;
        let sealed = license_keys::find_sealed(conn, id)?;
        let key = sealed.open(&ctx.keyring)?.ok_or(StorageError::NotFound)?;
        let replaced = grants::undo::replacements::that_gave(conn, &grant.id, id)?;
        // What was said with another key was said then.
        let note = match &replaced {
            Some(replaced) => replaced.replacement.customer_note.as_deref(),
            None => grant.customer_note.as_deref(),
        };
        let contents = Contents {
            key: &key,
            activations_limit: sealed.key.summary.activations_limit,
            expires_at: sealed.key.summary.expires_at,
            expires_zone: sealed.key.summary.expires_zone.as_deref(),
            customer_note: note,
            place_in_sale,
            replaces: replaced.as_ref().map(|replaced| replaced.last_four.as_str()),
            has_files: !files::of_entitlement(conn, &entitlement.id)?.is_empty(),
        };
        Ok(Some(Letter::Key(compose_email(ctx, &grant, &customer, &entitlement, &contents))))
    };
    ctx.db.read(load).map_err(|error| error.to_string())
}

fn move_grant(ctx: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>, id: &GrantId) -> Result<(), StorageError> {
    let (now, reply) = (settled.now, settled.outcome.reply());
    let error_code = match (settled.progress.state, settled.outcome) {
        (MessageState::Failed, Outcome::Refused { .. }) => Some(ERROR_REJECTED),
        (MessageState::Failed, _) => Some(ERROR_UNDELIVERABLE),
        _ => None,
    };
    let (action, event, change) = match (settled.progress.state, error_code) {
        (MessageState::Sent | MessageState::Kept, _) if grants::mark_delivered_again(tx, id, now)? => (
            AuditAction::GrantRestore,
            EventType::GrantDelivered,
            Change::new("status", Some(GrantStatus::Failed.as_str()), Some(GrantStatus::Delivered.as_str())),
        ),
        (MessageState::Failed, Some(code)) if grants::mark_failed(tx, id, code, reply, now)? => (
            AuditAction::GrantFail,
            EventType::GrantFailed,
            Change::new("status", Some(GrantStatus::Delivered.as_str()), Some(GrantStatus::Failed.as_str())),
        ),
        _ => return Ok(()),
    };
    let mut changes = vec![change];
    if let Some(code) = error_code {
        changes.push(Change::set("error_code", code));
        changes.push(Change::set("smtp_reply", reply_code(reply)));
    }
    audit_log::append(
        tx,
        &ctx.keyring,
        &NewAuditEntry::on_grant(&Actor::system(SystemPart::Outbox), action, id, changes),
        now,
    )?;
    enqueue_webhooks(tx, event, Subject::grant(id), now)
}
