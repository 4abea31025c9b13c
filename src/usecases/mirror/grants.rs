//! Applying what the account says about a grant. Nothing else here changes a mirrored grant because of something that
//! happened there: webhooks, polls and answers all come through this file.

use jiff::Timestamp;

use super::account::{actor, log};
pub(crate) use super::applied::Applied;
use super::applied::By;
use super::changes::change;
use super::customers;
use crate::dodo::objects::{RemoteCustomer, RemoteGrant, RemoteStatus};
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::MirroredGrant;
use crate::domain::customer::Customer;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::{StorageError, Tx, customers as people, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::create::deliver_from_stock_if_auto;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

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
    if is_older(&grant, &seen, remote, by) {
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
fn is_older(grant: &Grant, seen: &MirroredGrant, remote: &RemoteGrant, by: By) -> bool {
    let told = remote.updated_at.map(Timestamp::as_microsecond);
    let known = seen.remote_updated_at.map(Timestamp::as_microsecond);
    let is_delivered = grant.status == GrantStatus::Delivered && remote.status == RemoteStatus::Pending;
    let is_delivered = is_delivered && by != By::Reading;
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

/// Follows a customer who was read on their own.
pub(super) fn follow_customer(
    ctx: &Context,
    connection: &Connection,
    remote: &RemoteCustomer,
    now: Timestamp,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| customers::follow(ctx, tx, connection, remote, now).map(drop))
}
