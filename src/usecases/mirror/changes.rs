//! Bringing a mirrored grant into the state that the account says it is in.

use jiff::Timestamp;

use super::account::{actor, log};
use super::applied::{Applied, By};
use super::deliveries;
use super::keys::{self, detach};
use crate::dodo::objects::{RemoteGrant, RemoteStatus};
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::Trouble;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::outbox::{MessageKind, MessageState};
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::grants::{self, supply};
use crate::storage::stock::draw;
use crate::storage::{StorageError, Tx, customers as people, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::grants::create::deliver_from_stock_if_auto;
use crate::usecases::grants::pause::{close, reopen};
use crate::usecases::grants::revoke::{Reason, revoke_in};
use crate::usecases::license_keys::take_back::Fate;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// Brings a grant, which is locked, into the state that the account says it is in.
pub(super) fn change(
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
    if on_its_way.is_some() && by != By::Supply && remote.status != RemoteStatus::Pending && is_in_flight(tx, grant)? {
        return Ok(Applied::InFlight);
    }
    if grant.status == GrantStatus::Delivered && remote.status == RemoteStatus::Delivered {
        return delivered_again(ctx, tx, (connection, grant, remote), now);
    }
    match (grant.status, remote.status) {
        (_, RemoteStatus::Unknown)
        | (GrantStatus::Pending, RemoteStatus::Pending)
        | (GrantStatus::Revoked, RemoteStatus::Revoked)
        | (GrantStatus::Failed, RemoteStatus::Failed) => Ok(Applied::Unchanged),
        (_, RemoteStatus::Delivered) => delivered_there(ctx, tx, (connection, grant, remote), now),
        (_, RemoteStatus::Revoked) => revoked_there(ctx, tx, (grant, remote), is_ours, now),
        (_, RemoteStatus::Failed) => failed_there(ctx, tx, (grant, remote), is_ours, now),
        (_, RemoteStatus::Pending) => granted_again(ctx, tx, grant, now),
    }
}

/// It was granted again and delivered with another key before anybody looked: that key takes the place of the former one.
fn delivered_again(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (connection, grant, remote): (&Connection, &Grant, &RemoteGrant),
    now: Timestamp,
) -> Result<Applied, StorageError> {
    let (Some(former), Some(shown)) = (&grant.license_key_id, &remote.license_key) else {
        return Ok(Applied::Unchanged);
    };
    if keys::has_value(ctx, tx, former, &shown.value)? || people::find(tx, &grant.customer_id)?.erased_at.is_some() {
        return Ok(Applied::Unchanged);
    }
    license_keys::revoke(tx, former, now)?;
    delivered_there(ctx, tx, (connection, grant, remote), now)
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
    }
    if matches!(grant.status, GrantStatus::Pending | GrantStatus::Delivered) {
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
        changes.push(Change::new("license_key_id", Some(key.as_str()), None));
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
