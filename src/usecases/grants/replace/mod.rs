//! Replacing the key or link of a delivered grant: the old one is disabled, its activations end or move, and the new one is
//! mailed, all in one transaction. The new one has the limit and the expiry of the old one.

mod error;
pub(in crate::usecases) mod former;
mod record;

use jiff::Timestamp;

pub(crate) use self::error::ReplaceKeyError;
use self::former::write_former;
use self::record::{changes, idempotency_key};
use super::deliver_key::{KeyDelivery, free_copy, issue_key};
use super::fulfill::KeyChoice;
use super::resend_email::cancel_waiting;
use super::undo::window::{Origin, ends_at, is_undone, waits_until};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::replacement::{InstancesFate, ReplaceReason, Replacement};
use crate::domain::grant::undo::UndoWindow;
use crate::domain::grant::{Delivery, Grant};
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::warnings::{Inspection, Warning};
use crate::domain::license_key::{LicenseKeySource, LicenseKeySummary, LicenseKeyValue};
use crate::domain::outbox::{MessageState, NewMessage};
use crate::domain::stock::settings_of;
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::db::dialect;
use crate::storage::grants::undo::{self, replacements};
use crate::storage::license_keys::{activations, instances};
use crate::storage::stock::draw::{self, Held};
use crate::storage::stock::{SealedStockKey, keys as stock_keys};
use crate::storage::{Tx, audit_log, customers, grants, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{Outcome, retried, run_once_in};
use crate::usecases::license_keys::find::note_duplicate;
use crate::usecases::license_keys::inspect::{note_similar, of_entitlement};
use crate::usecases::stock::alerts;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks_for};

/// The checked input of staff, or of a program.
#[derive(Debug, Clone)]
pub(crate) struct ReplaceKey {
    pub grant_id: GrantId,
    /// The key that is to be replaced; `None` for the one that the grant has.
    pub old_key_id: Option<LicenseKeyId>,
    pub key: KeyChoice,
    pub reason: ReplaceReason,
    pub details: Option<String>,
    pub instances: InstancesFate,
    pub customer_note: Option<String>,
    /// Whether to send a key that looks wrong.
    pub is_confirmed: bool,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

#[derive(Debug, Clone)]
pub(crate) struct ReplacedWith {
    /// The key that was issued; `None` if nothing was changed.
    pub license_key_id: Option<LicenseKeyId>,
    /// The address that it is sent to.
    pub email: EmailAddress,
    /// What looks wrong about the key.
    pub warnings: Vec<Warning>,
    /// Until when it can be undone, and the e-mail waits.
    pub waits_until: Option<Timestamp>,
}

/// Replaces the grant's key and queues the e-mail.
pub(crate) fn replace_key(ctx: &Context, command: &ReplaceKey) -> Result<ReplacedWith, ReplaceKeyError> {
    match (retried(|| ctx.db.write(|tx| replace_in(ctx, tx, command, Held::Wait))), command.key.typed()) {
        (Err(ReplaceKeyError::KeyAlreadyUsed(_)), Some(key)) => {
            Err(ReplaceKeyError::KeyAlreadyUsed(note_duplicate(ctx, key, &command.actor)?))
        }
        (other, _) => other,
    }
}

/// Like [`replace_key`], but inside the caller's transaction; `held` says what happens to stock keys that other
/// transactions hold.
pub(crate) fn replace_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &ReplaceKey,
    held: Held,
) -> Result<ReplacedWith, ReplaceKeyError> {
    grants::lock(tx, &command.grant_id)?;
    let grant = grants::find(tx, &command.grant_id)?;
    let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    let customer = customers::find(tx, &grant.customer_id)?;
    let now = ctx.clock.now();
    let inspection = match &command.key {
        KeyChoice::Typed(key) => of_entitlement(ctx, tx, key, &entitlement, &command.actor)?,
        KeyChoice::Link(_) | KeyChoice::FromStock => Inspection::default(),
    };
    let mut license_key_id = None;
    let made = run_once_in(ctx, tx, idempotency_key(ctx, command).as_ref(), |tx| {
        let old = replaceable(tx, (&grant, &customer), command.old_key_id.as_ref(), now)?;
        let subject = Exchange { command, grant: &grant, customer: &customer, entitlement: &entitlement, old: &old };
        license_key_id = Some(exchange(ctx, tx, &subject, (&inspection, held), now)?);
        Ok(grant.id.to_string())
    });
    match made {
        Ok(Outcome { .. }) => {
            let waits_until = waits_until(tx, &grant.id, now)?;
            Ok(ReplacedWith { license_key_id, email: customer.email, warnings: inspection.warnings, waits_until })
        }
        Err(ReplaceKeyError::IdempotencyMismatch)
            if is_undone(tx, &command.actor, command.idempotency_key.as_deref())? =>
        {
            Err(ReplaceKeyError::Undone)
        }
        Err(error) => Err(error),
    }
}

/// The grant's key, if it can be replaced. It stays as it is until the transaction ends.
fn replaceable(
    tx: &mut Tx<'_>,
    (grant, customer): (&Grant, &Customer),
    meant: Option<&LicenseKeyId>,
    now: Timestamp,
) -> Result<LicenseKeySummary, ReplaceKeyError> {
    if mirrored::grant(tx, &grant.id)?.is_some() {
        return Err(ReplaceKeyError::Mirrored);
    }
    if customer.erased_at.is_some() {
        return Err(ReplaceKeyError::Erased);
    }
    let id = match &grant.license_key_id {
        Some(id) if grant.is_delivered() && grant.delivers().is_value() => id,
        _ => return Err(ReplaceKeyError::NothingToReplace(grant.status)),
    };
    if meant.is_some_and(|meant| meant != id) {
        return Err(ReplaceKeyError::ReplacedMeanwhile);
    }
    if waits_until(tx, &grant.id, now)?.is_some() {
        return Err(ReplaceKeyError::StillWaiting);
    }
    // Before any key, like others who issue.
    dialect::hold_values_for_issuing(tx)?;
    // Whoever activates it waits here, and is then refused.
    license_keys::lock(tx, id)?;
    let old = license_keys::find(tx, id)?;
    if old.expires_at.is_some_and(|at| at <= now) {
        return Err(ReplaceKeyError::Expired);
    }
    Ok(old)
}

/// What is exchanged.
struct Exchange<'a> {
    command: &'a ReplaceKey,
    grant: &'a Grant,
    customer: &'a Customer,
    entitlement: &'a Entitlement,
    old: &'a LicenseKeySummary,
}

fn exchange(
    ctx: &Context,
    tx: &mut Tx<'_>,
    subject: &Exchange<'_>,
    (inspection, held): (&Inspection, Held),
    now: Timestamp,
) -> Result<LicenseKeyId, ReplaceKeyError> {
    let Exchange { command, grant, customer, entitlement, old } = *subject;
    let actor = &command.actor;
    let (value, from_stock) = new_value(ctx, tx, subject, (inspection, held), now)?;
    let id = issue(ctx, tx, subject, (&value, from_stock.as_ref(), inspection), now)?;
    let former = instances::all_of_key(tx, &old.id)?;
    match command.instances {
        InstancesFate::End => activations::end_all(tx, &old.id)?,
        InstancesFate::Move => activations::move_all(tx, &old.id, &id)?,
    };
    let was_active = license_keys::revoke(tx, &old.id, now)?;
    cancel_waiting(ctx, tx, &grant.id, actor, now)?;
    if !grants::exchange_key(tx, &grant.id, (&old.id, &id), Some(MessageState::Queued), now)? {
        return Err(ReplaceKeyError::ReplacedMeanwhile);
    }
    let replacement = Replacement {
        old_key_id: old.id.clone(),
        new_key_id: id.clone(),
        grant_id: grant.id.clone(),
        reason: command.reason,
        details: command.details.clone(),
        instances: command.instances,
        customer_note: command.customer_note.clone(),
        was_active,
        batch_id: stock_keys::of_license_key(tx, &old.id)?.map(|(_, batch_id)| batch_id),
        replaced_by: actor.id().to_owned(),
        replaced_at: now,
    };
    replacements::insert(tx, &replacement)?;
    let mut recorded = changes(&replacement, (old, &value, former.len()), inspection);
    recorded.extend(
        from_stock
            .iter()
            .flat_map(|key| [Change::set("stock_key_id", &key.id), Change::set("batch_id", &key.batch_id)]),
    );
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantReplace, &grant.id, recorded);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    let due_at = ends_at(ctx, actor, now);
    match due_at {
        Some(ends_at) => {
            let window = UndoWindow {
                opened_at: now,
                ends_at,
                idempotency_key: command.idempotency_key.clone(),
                replaced_key_id: Some(old.id.clone()),
                former_instances: Some(write_former(&former)?),
                is_seen: false,
                undone_at: None,
            };
            undo::open(tx, &grant.id, &window)?;
        }
        None => undo::close(tx, &grant.id)?,
    }
    outbox::enqueue(tx, &NewMessage::license_key_delivered(&grant.id, customer).due_at(due_at), now)?;
    let about = Subject::grant(&grant.id);
    if !old.is_link {
        let about = Subject { license_key_id: Some(&id), ..about };
        enqueue_webhooks_for(tx, EventType::LicenseKeyCreated, about, due_at, now)?;
    }
    enqueue_webhooks_for(tx, EventType::GrantDelivered, about, due_at, now)?;
    if from_stock.is_some() {
        alerts::raise_if_few(ctx, tx, entitlement, actor, now)?;
    }
    Ok(id)
}

/// The new key, and the stock key that it was until now.
fn new_value(
    ctx: &Context,
    tx: &mut Tx<'_>,
    subject: &Exchange<'_>,
    (inspection, held): (&Inspection, Held),
    now: Timestamp,
) -> Result<(LicenseKeyValue, Option<SealedStockKey>), ReplaceKeyError> {
    let Exchange { command, grant, entitlement, .. } = *subject;
    command.key.check(&entitlement.config).map_err(ReplaceKeyError::Takes)?;
    let Some(key) = command.key.typed() else {
        if settings_of(&entitlement.config).is_err() {
            return Err(ReplaceKeyError::OutOfStock);
        }
        let key = draw::next(tx, &entitlement.id, &grant.id, held, now)?.ok_or(ReplaceKeyError::OutOfStock)?;
        return Ok((key.open(&ctx.keyring)?, Some(key)));
    };
    entitlement.config.check_value(key).map_err(ReplaceKeyError::NotALink)?;
    if !command.is_confirmed && !inspection.warnings.is_empty() {
        // That the key was issued before is more useful to know.
        free_copy(ctx, tx, key, entitlement)?;
        return Err(ReplaceKeyError::Unconfirmed);
    }
    note_similar(ctx, tx, inspection, &command.actor)?;
    Ok((key.clone(), None))
}

/// Stores the new key with the limit and the expiry of the old one.
fn issue(
    ctx: &Context,
    tx: &mut Tx<'_>,
    subject: &Exchange<'_>,
    (value, from_stock, inspection): (&LicenseKeyValue, Option<&SealedStockKey>, &Inspection),
    now: Timestamp,
) -> Result<LicenseKeyId, ReplaceKeyError> {
    let Exchange { command, grant, customer, entitlement, old } = *subject;
    let delivery = Delivery {
        activations_limit: old.activations_limit.and_then(ActivationsLimit::new),
        expires_at: old.expires_at,
        expiry_source: old.expiry_source,
    };
    let source = if from_stock.is_some() { LicenseKeySource::Import } else { LicenseKeySource::Manual };
    let delivered = KeyDelivery {
        grant,
        customer,
        entitlement,
        key: value,
        source,
        delivery: &delivery,
        expires_zone: old.expires_zone.as_deref(),
        customer_note: None,
        inspection,
        from_stock,
        origin: Origin::Form { idempotency_key: command.idempotency_key.as_deref() },
    };
    Ok(issue_key(ctx, tx, &delivered, now)?)
}
