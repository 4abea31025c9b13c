//! Applying what the account says about a grant. Nothing else here changes a mirrored grant because of something that
//! happened there: webhooks, polls and answers all come through this file.

use jiff::Timestamp;

use super::account::actor;
use super::keys::{self, Fate, detach};
use super::{customers, deliveries};
use crate::dodo::objects::{RemoteCustomer, RemoteGrant, RemoteStatus};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::{MirroredGrant, Trouble};
use crate::domain::customer::Customer;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId};
use crate::domain::outbox::{MessageKind, MessageState};
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::grants::{self, supply};
use crate::storage::stock::draw;
use crate::storage::{StorageError, Tx, audit_log, customers as people, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::grants::create::deliver_from_stock_if_auto;
use crate::usecases::grants::pause::{close, reopen};
use crate::usecases::grants::revoke::{Reason, revoke_in};
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// What became of something that the account said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was known.
    Unchanged,
    /// Something newer is known.
    Older,
    Created,
    Changed,
    /// The grant is new here, and its entitlement or its customer is not known yet.
    NeedsEntitlement,
    NeedsCustomer,
    /// It is none of the grants that are mirrored: not of a license key, over before it was ever seen, of somebody who was
    /// erased, or not of this connection.
    NotOurs,
    /// Its key is being supplied at this moment; whoever does that reads what became of it.
    InFlight,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Poll,
    /// The message that supplies its key, which is not in flight therefore.
    Supply,
}

/// Applies how the account describes a grant, with its customer if that was read too.
pub(crate) fn apply(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    remote: &RemoteGrant,
    customer: Option<&RemoteCustomer>,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    apply_by(ctx, tx, connection, (remote, customer), By::Poll, now)
}

pub(super) fn apply_by(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (remote, customer): (&RemoteGrant, Option<&RemoteCustomer>),
    by: By,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    let Ok(id) = GrantId::parse(&remote.id) else { return Ok(Applied::NotOurs) };
    // Customers are locked before grants.
    let customer_id = match customer {
        Some(customer) => customers::follow(ctx, tx, connection, customer, now)?,
        None => mirrored::customer(tx, &connection.id, &remote.customer_id)?,
    };
    if mirrored::grant(tx, &id)?.is_none() {
        let Some(customer_id) = customer_id else {
            return Ok(if customer.is_some() { Applied::NotOurs } else { unknown(tx, connection, remote)? });
        };
        let customer = people::find(tx, &customer_id)?;
        if customer.erased_at.is_some() {
            return Ok(Applied::NotOurs);
        }
        return create(ctx, tx, connection, (remote, id, customer), now);
    }
    grants::lock(tx, &id)?;
    let Some(seen) = mirrored::grant(tx, &id)?.filter(|seen| seen.connection_id == connection.id) else {
        return Ok(Applied::NotOurs);
    };
    let grant = grants::find(tx, &id)?;
    if is_older(&grant, &seen, remote) {
        return Ok(Applied::Older);
    }
    let applied = change(ctx, tx, (connection, &grant, remote), by, now)?;
    if applied != Applied::InFlight {
        mirrored::note_grant(tx, &seen_now(connection, remote, id, seen.quantity), now)?;
    }
    Ok(applied)
}

/// Whether something newer is known than what the account is said to say. That a grant is pending was read before it was
/// delivered, unless it is newer.
fn is_older(grant: &Grant, seen: &MirroredGrant, remote: &RemoteGrant) -> bool {
    let told = remote.updated_at.map(Timestamp::as_microsecond);
    let known = seen.remote_updated_at.map(Timestamp::as_microsecond);
    let is_delivered = grant.status == GrantStatus::Delivered && remote.status == RemoteStatus::Pending;
    match (known, told) {
        (Some(known), Some(told)) => told < known || is_delivered && told == known,
        _ => is_delivered,
    }
}

fn seen_now(connection: &Connection, remote: &RemoteGrant, grant_id: GrantId, quantity: Option<i32>) -> MirroredGrant {
    MirroredGrant {
        grant_id,
        connection_id: connection.id.clone(),
        remote_customer_id: remote.customer_id.clone(),
        remote_status: remote.status.as_str().to_owned(),
        remote_updated_at: remote.updated_at,
        quantity,
        trouble: None,
        trouble_detail: None,
        trouble_at: None,
    }
}

/// What is missing for a grant that is new here.
fn unknown(tx: &mut Tx<'_>, connection: &Connection, remote: &RemoteGrant) -> Result<Applied, StorageError> {
    if remote.status != RemoteStatus::Pending || remote.is_license_key == Some(false) {
        return Ok(Applied::NotOurs);
    }
    Ok(match mirrored_entitlement(tx, connection, remote)? {
        None => Applied::NeedsEntitlement,
        Some(_) => Applied::NeedsCustomer,
    })
}

fn mirrored_entitlement(
    tx: &mut Tx<'_>,
    connection: &Connection,
    remote: &RemoteGrant,
) -> Result<Option<EntitlementId>, StorageError> {
    let Ok(id) = EntitlementId::parse(&remote.entitlement_id) else { return Ok(None) };
    Ok(mirrored::connection_of(tx, &id)?.filter(|owner| *owner == connection.id).map(|_| id))
}

fn create(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (remote, id, customer): (&RemoteGrant, GrantId, Customer),
    now: Timestamp,
) -> Result<Applied, StorageError> {
    if remote.status != RemoteStatus::Pending || remote.is_license_key == Some(false) || grants::exists(tx, &id)? {
        return Ok(Applied::NotOurs);
    }
    let Some(entitlement_id) = mirrored_entitlement(tx, connection, remote)? else {
        return Ok(Applied::NeedsEntitlement);
    };
    let entitlement = entitlements::find(tx, &entitlement_id)?;
    // A moment ahead of this clock would make it wait a negative time.
    let created_at = remote.created_at.unwrap_or(now).min(now);
    let kind = entitlement.config.integration_type();
    let grant = Grant {
        payment_id: remote.payment_id.clone(),
        subscription_id: remote.subscription_id.clone(),
        metadata: remote.metadata.clone(),
        updated_at: now,
        ..Grant::pending(id, customer.id.clone(), entitlement_id, kind, created_at)
    };
    grants::insert(tx, &grant, None)?;
    mirrored::note_grant(tx, &seen_now(connection, remote, grant.id.clone(), None), now)?;
    let mut changes = vec![
        Change::set("status", GrantStatus::Pending.as_str()),
        Change::set("entitlement_id", &grant.entitlement_id),
        Change::set("customer_id", &customer.id),
        Change::set("connection_id", &connection.id),
    ];
    changes.extend(grant.payment_id.as_ref().map(|id| Change::set("payment_id", id)));
    changes.extend(grant.subscription_id.as_ref().map(|id| Change::set("subscription_id", id)));
    log(ctx, tx, AuditAction::GrantCreate, &grant.id, changes, now)?;
    enqueue_webhooks(tx, EventType::GrantCreated, Subject::grant(&grant.id), now)?;
    deliver_from_stock_if_auto(ctx, tx, (&grant, &customer, &entitlement), &actor(), now)?;
    Ok(Applied::Created)
}

fn log(
    ctx: &Context,
    tx: &mut Tx<'_>,
    action: AuditAction,
    id: &GrantId,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<(), StorageError> {
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(&actor(), action, id, changes), now)
}

/// Brings a grant, which is locked, into the state that the account says it is in.
fn change(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (connection, grant, remote): (&Connection, &Grant, &RemoteGrant),
    by: By,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    let its_key = remote.license_key.as_ref();
    let on_its_way = grant.license_key_id.as_ref().filter(|_| grant.status == GrantStatus::Pending);
    let is_ours = match (on_its_way, its_key) {
        (Some(id), Some(key)) => keys::has_value(ctx, tx, id, &key.value)?,
        // It does not show the key: whoever supplied one to it was us.
        (Some(_), None) => remote.status == RemoteStatus::Delivered,
        _ => false,
    };
    if let (Some(id), true) = (on_its_way, is_ours && remote.status == RemoteStatus::Delivered) {
        deliveries::arrived(ctx, tx, (connection, grant, id), now)?;
        return Ok(Applied::Changed);
    }
    if on_its_way.is_some() && by == By::Poll && remote.status != RemoteStatus::Pending && is_in_flight(tx, grant)? {
        return Ok(Applied::InFlight);
    }
    match (grant.status, remote.status) {
        (_, RemoteStatus::Unknown)
        | (GrantStatus::Delivered, RemoteStatus::Delivered)
        | (GrantStatus::Revoked, RemoteStatus::Revoked)
        | (GrantStatus::Failed, RemoteStatus::Failed) => Ok(Applied::Unchanged),
        // A key that waits there for its delivery is somebody else's, unless it is ours.
        (GrantStatus::Pending, RemoteStatus::Pending) => Ok(Applied::Unchanged),
        (_, RemoteStatus::Delivered) => delivered_there(ctx, tx, (connection, grant, remote), now),
        (_, RemoteStatus::Revoked) => revoked_there(ctx, tx, (grant, remote), is_ours, now),
        (_, RemoteStatus::Failed) => failed_there(ctx, tx, (grant, remote), is_ours, now),
        (_, RemoteStatus::Pending) => granted_again(ctx, tx, grant, now),
    }
}

/// Whether the grant's key is being supplied at this moment.
fn is_in_flight(tx: &mut Tx<'_>, grant: &Grant) -> Result<bool, StorageError> {
    let messages = outbox::of_kind(tx, &grant.id, MessageKind::KeySupplied)?;
    Ok(messages.first().is_some_and(|message| message.state == MessageState::Sending))
}

fn delivered_there(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (connection, grant, remote): (&Connection, &Grant, &RemoteGrant),
    now: Timestamp,
) -> Result<Applied, StorageError> {
    let had_ours = grant.status == GrantStatus::Pending && grant.license_key_id.is_some();
    let mut changes = detach(ctx, tx, grant, Fate::Free, now)?;
    changes.push(Change::new("status", Some(grant.status.as_str()), Some(GrantStatus::Delivered.as_str())));
    let (key, is_new) = key_of(ctx, tx, (grant, remote), &mut changes, now)?;
    let actor = actor();
    let at = remote.delivered_at.unwrap_or(now).min(now);
    if !supply::mark_delivered_there(tx, &grant.id, grant.status, (key.as_ref(), actor.id(), at), now)? {
        return Err(StorageError::Conflict);
    }
    log(ctx, tx, AuditAction::GrantMirror, &grant.id, changes, now)?;
    if grant.status == GrantStatus::Pending {
        close(tx, grant, now)?;
        draw::give_back(tx, &grant.id)?;
        let detail = if had_ours { "ours_returned" } else { "" };
        mirrored::set_trouble(tx, &grant.id, Some((Trouble::DeliveredElsewhere, detail)), now)?;
    }
    deliveries::tell_delivered(tx, (connection, grant), key.as_ref().filter(|_| is_new), now)?;
    Ok(Applied::Changed)
}

/// The key that a grant was delivered with there, and whether it is new here. What was revoked may come back with the key
/// that it had. `None` if the account does not show it.
fn key_of(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, remote): (&Grant, &RemoteGrant),
    changes: &mut Vec<Change>,
    now: Timestamp,
) -> Result<(Option<LicenseKeyId>, bool), StorageError> {
    let former = grant.license_key_id.as_ref().filter(|_| grant.status != GrantStatus::Pending);
    let Some(shown) = &remote.license_key else { return Ok((former.cloned(), false)) };
    if let Some(id) = former
        && keys::has_value(ctx, tx, id, &shown.value)?
    {
        license_keys::restore(tx, id, now)?;
        return Ok((Some(id.clone()), false));
    }
    let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    let (id, more) = keys::store(ctx, tx, (grant, &entitlement), shown, now)?;
    changes.extend(more);
    Ok((Some(id), true))
}

fn revoked_there(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, remote): (&Grant, &RemoteGrant),
    is_ours: bool,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    // A key that arrived before stays with the grant, and is of no use any more.
    let returned = if is_ours { Vec::new() } else { detach(ctx, tx, grant, Fate::Free, now)? };
    if !returned.is_empty() {
        log(ctx, tx, AuditAction::GrantMirror, &grant.id, returned, now)?;
    }
    let reason = remote.revocation_reason.as_deref().unwrap_or("revoked");
    revoke_in(ctx, tx, &grant.id, &Reason::of_account(reason), &actor()).map_err(StorageError::from)?;
    mirrored::set_trouble(tx, &grant.id, None, now)?;
    Ok(Applied::Changed)
}

fn failed_there(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, remote): (&Grant, &RemoteGrant),
    is_ours: bool,
    now: Timestamp,
) -> Result<Applied, StorageError> {
    if grant.status == GrantStatus::Revoked {
        return Ok(Applied::Unchanged);
    }
    let mut changes = if is_ours { Vec::new() } else { detach(ctx, tx, grant, Fate::Free, now)? };
    let code = remote.error_code.as_deref().unwrap_or("failed");
    if !supply::mark_failed_there(tx, &grant.id, grant.status, (code, remote.error_message.as_deref()), now)? {
        return Err(StorageError::Conflict);
    }
    changes.push(Change::new("status", Some(grant.status.as_str()), Some(GrantStatus::Failed.as_str())));
    log(ctx, tx, AuditAction::GrantMirror, &grant.id, changes, now)?;
    if grant.status == GrantStatus::Pending {
        close(tx, grant, now)?;
        draw::give_back(tx, &grant.id)?;
    }
    enqueue_webhooks(tx, EventType::GrantFailed, Subject::grant(&grant.id), now)?;
    Ok(Applied::Changed)
}

/// It waits again, for another key; the one that it had stays what it was, without a grant.
fn granted_again(ctx: &Context, tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<Applied, StorageError> {
    if people::find(tx, &grant.customer_id)?.erased_at.is_some() {
        return Ok(Applied::NotOurs);
    }
    if !supply::mark_granted_again(tx, &grant.id, grant.status, now)? {
        return Err(StorageError::Conflict);
    }
    let mut changes = vec![Change::new("status", Some(grant.status.as_str()), Some(GrantStatus::Pending.as_str()))];
    if let Some(key) = &grant.license_key_id {
        license_keys::revoke(tx, key, now)?;
        changes.push(Change::new("license_key_id", Some(LicenseKeyId::as_str(key)), None));
    }
    log(ctx, tx, AuditAction::GrantRestore, &grant.id, changes, now)?;
    reopen(tx, grant)?;
    mirrored::set_trouble(tx, &grant.id, None, now)?;
    enqueue_webhooks(tx, EventType::GrantCreated, Subject::grant(&grant.id), now)?;
    let waiting = grants::find(tx, &grant.id)?;
    let (customer, entitlement) =
        (people::find(tx, &grant.customer_id)?, entitlements::find(tx, &grant.entitlement_id)?);
    deliver_from_stock_if_auto(ctx, tx, (&waiting, &customer, &entitlement), &actor(), now)?;
    Ok(Applied::Changed)
}

/// Follows a customer who was read on their own.
pub(super) fn follow_customer(
    ctx: &Context,
    connection: &Connection,
    remote: &RemoteCustomer,
    now: Timestamp,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| customers::follow(ctx, tx, connection, remote, now).map(drop))
}
