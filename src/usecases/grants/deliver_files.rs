//! Delivering the files of a grant: by staff, by a program, or at once. The e-mail links their page. Two people, two
//! tabs or a retry never deliver the same grant twice.

use jiff::Timestamp;

use super::pause::{close, ended_by};
use super::undo::window::{Origin, is_undone, open_window, waits_until};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{Awaited, DeliverError, Grant, GrantStatus};
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::outbox::NewMessage;
use crate::domain::stock::settings::StockDelivery;
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, Tx, audit_log, customers, files, grants, outbox};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, Outcome, retried, run_once_in};
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks_for};

/// The checked input of staff.
#[derive(Debug, Clone)]
pub struct DeliverFiles {
    pub grant_id: GrantId,
    pub customer_note: Option<String>,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

#[derive(Debug, Clone)]
pub struct DeliveredFiles {
    /// The address that the link is sent to.
    pub email: EmailAddress,
    pub delivered_at: Timestamp,
    /// The same request was processed before; nothing was changed.
    pub is_replay: bool,
    /// Until when it can be undone, and the e-mail waits.
    pub waits_until: Option<Timestamp>,
}

#[derive(Debug)]
pub enum DeliverFilesError {
    GrantNotFound,
    /// What was sold is not files.
    NotFiles,
    /// The grant does not wait.
    NotPending,
    /// The entitlement carries no files.
    NoFiles,
    IdempotencyMismatch,
    /// The same request delivered, and that was undone.
    Undone,
    Storage(StorageError),
}

impl From<StorageError> for DeliverFilesError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<IdempotencyMismatch> for DeliverFilesError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for DeliverFilesError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Fails like delivering if the grant does not wait for its files.
pub(crate) fn awaits_files(grant: &Grant, entitlement: &Entitlement) -> Result<(), DeliverFilesError> {
    match grant.awaits(&entitlement.config) {
        Ok(Awaited::Files(_)) => Ok(()),
        Ok(Awaited::Value(_)) | Err(DeliverError::Takes(_) | DeliverError::NotManual) => {
            Err(DeliverFilesError::NotFiles)
        }
        Err(DeliverError::NotPending) if grant.delivers() != Delivers::Files => Err(DeliverFilesError::NotFiles),
        Err(DeliverError::NotPending) => Err(DeliverFilesError::NotPending),
    }
}

/// Delivers the grant's files and queues the e-mail, in one transaction.
pub fn deliver_files(ctx: &Context, command: &DeliverFiles) -> Result<DeliveredFiles, DeliverFilesError> {
    retried(|| ctx.db.write(|tx| deliver_in(ctx, tx, command)))
}

fn deliver_in(ctx: &Context, tx: &mut Tx<'_>, command: &DeliverFiles) -> Result<DeliveredFiles, DeliverFilesError> {
    // A concurrent request waits here, and then sees the result of the first.
    grants::lock(tx, &command.grant_id)?;
    let grant = grants::find(tx, &command.grant_id)?;
    let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    let customer = customers::find(tx, &grant.customer_id)?;
    let note = command.customer_note.as_deref();
    let made = run_once_in(ctx, tx, idempotency_key(ctx, command).as_ref(), |tx| {
        awaits_files(&grant, &entitlement)?;
        let origin = Origin::Form { idempotency_key: command.idempotency_key.as_deref() };
        deliver(ctx, tx, (&grant, &customer, &entitlement), (note, origin), &command.actor, ctx.clock.now())?;
        Ok(grant.id.to_string())
    });
    match made {
        Ok(Outcome { is_replay, .. }) => {
            let delivered_at = if is_replay { grant.delivered_at.unwrap_or(grant.updated_at) } else { ctx.clock.now() };
            let waits_until = waits_until(tx, &grant.id, ctx.clock.now())?;
            Ok(DeliveredFiles { email: customer.email, delivered_at, is_replay, waits_until })
        }
        Err(DeliverFilesError::IdempotencyMismatch) => {
            // That the grant is no longer pending is more useful to know.
            awaits_files(&grant, &entitlement)?;
            if is_undone(tx, &command.actor, command.idempotency_key.as_deref())? {
                return Err(DeliverFilesError::Undone);
            }
            Err(DeliverFilesError::IdempotencyMismatch)
        }
        Err(error) => Err(error),
    }
}

/// Delivers a new grant's files if its entitlement does that at once; it waits while there are none.
pub(super) fn deliver_files_if_auto(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, customer, entitlement): (&Grant, &Customer, &Entitlement),
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    if entitlement.config.issue().stock.delivery != StockDelivery::Auto {
        return Ok(());
    }
    match deliver(ctx, tx, (grant, customer, entitlement), (None, Origin::Itself), actor, now) {
        Err(DeliverFilesError::Storage(error)) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn deliver(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, customer, entitlement): (&Grant, &Customer, &Entitlement),
    (customer_note, origin): (Option<&str>, Origin<'_>),
    actor: &Actor,
    now: Timestamp,
) -> Result<(), DeliverFilesError> {
    let carried = files::of_entitlement(tx, &entitlement.id)?;
    if carried.is_empty() {
        return Err(DeliverFilesError::NoFiles);
    }
    if !grants::mark_files_delivered(tx, &grant.id, customer_note, actor.id(), now)? {
        return Err(DeliverFilesError::NotPending);
    }
    let (pending, delivered) = (GrantStatus::Pending.as_str(), GrantStatus::Delivered.as_str());
    let mut changes = vec![Change::new("status", Some(pending), Some(delivered)), Change::set("files", carried.len())];
    if let Some(note) = customer_note {
        // The text itself is only on the grant, where it can be erased.
        changes.push(Change::set("customer_note", format!("({} characters)", note.chars().count())));
    }
    changes.extend(ended_by(grant, now));
    changes.push(Change::set("delivered_at", now));
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantFulfill, &grant.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    close(tx, grant, now)?;
    let due_at = open_window(ctx, tx, &grant.id, origin, actor, now)?;
    outbox::enqueue(tx, &NewMessage::license_key_delivered(&grant.id, customer).due_at(due_at), now)?;
    enqueue_webhooks_for(tx, EventType::GrantDelivered, Subject::grant(&grant.id), due_at, now)?;
    Ok(())
}

/// The key with a fingerprint of the command. The pattern has no `..`, so that no field can be forgotten.
fn idempotency_key(ctx: &Context, command: &DeliverFiles) -> Option<IdempotencyKey> {
    let DeliverFiles { grant_id, customer_note, idempotency_key, actor } = command;
    let note = customer_note.as_deref().unwrap_or_default();
    let parts = [&b"deliver_files"[..], grant_id.as_str().as_bytes(), note.as_bytes()];
    let fingerprint = ctx.keyring.fingerprint(&parts);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key.clone()?, fingerprint })
}
