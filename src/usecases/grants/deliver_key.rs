//! Delivering a key or a link: the shared part of fulfilling manually and of issuing with a generated key. Inside the
//! caller's transaction it encrypts and stores the key, updates the grant, and writes the audit log and the outbox. The key of a
//! mirrored grant goes to the account that the grant comes from, and the grant stays pending meanwhile.

use jiff::Timestamp;

use super::error::FulfillGrantError;
use super::pause::{close, ended_by};
use super::undo::window::{Origin, open_window};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{DeliverError, Delivery, Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue, masked};
use crate::domain::outbox::NewMessage;
use crate::domain::webhook::EventType;
use crate::storage::connections::invitations;
use crate::storage::connections::mirrored::{self, set_trouble};
use crate::storage::db::dialect;
use crate::storage::grants::{self, DeliveredFields, supply, undo};
use crate::storage::license_keys::{self, KeyIndex, NewLicenseKey, associated_data, lookup};
use crate::storage::stock::{self, SealedStockKey, draw};
use crate::storage::{StorageError, Tx, audit_log, outbox};
use crate::usecases::context::Context;
use crate::usecases::platforms::lost::settle_lost;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks_for};

/// The key to deliver, its limits and its recipient.
pub(in crate::usecases) struct KeyDelivery<'a> {
    pub grant: &'a Grant,
    pub customer: &'a Customer,
    pub entitlement: &'a Entitlement,
    pub key: &'a LicenseKeyValue,
    pub source: LicenseKeySource,
    pub delivery: &'a Delivery,
    /// The name of the time zone that the expiry was chosen in.
    pub expires_zone: Option<&'a str>,
    pub customer_note: Option<&'a str>,
    /// What looks wrong about the key, for the audit log.
    pub inspection: &'a Inspection,
    /// The stock key that it was until now.
    pub from_stock: Option<&'a SealedStockKey>,
    pub origin: Origin<'a>,
}

/// Delivers the key and returns the id of the stored key.
pub(in crate::usecases) fn deliver_key(
    ctx: &Context,
    tx: &mut Tx<'_>,
    delivered: &KeyDelivery<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<LicenseKeyId, FulfillGrantError> {
    let id = issue_key(ctx, tx, delivered, now)?;
    let is_link = delivered.entitlement.config.delivers().is_link();
    let is_platforms = is_link && delivered.source == LicenseKeySource::Auto;
    let fields = DeliveredFields {
        license_key_id: &id,
        customer_note: delivered.customer_note,
        delivered_by: actor.id(),
        at: now,
    };
    // A mirrored grant is delivered once its account has the key.
    let mirrored = mirrored::grant(tx, &delivered.grant.id)?;
    let is_marked = match &mirrored {
        Some(_) => supply::attach_key(tx, &delivered.grant.id, &fields)?,
        None => grants::mark_delivered(tx, &delivered.grant.id, &fields)?,
    };
    if !is_marked {
        return Err(DeliverError::NotPending.into());
    }
    if is_link && !is_platforms {
        invitations::forget_wanted(tx, &delivered.grant.id)?;
        settle_lost(ctx, tx, &delivered.grant.id, actor, now)?;
    }
    // A key is reserved with a claim, and may be another one than was delivered.
    if delivered.grant.claim.is_some() {
        draw::give_back(tx, &delivered.grant.id)?;
    }
    let (action, changes) = match &mirrored {
        Some(_) => (AuditAction::GrantSupply, key_changes(delivered, &id, now)),
        None => (AuditAction::GrantFulfill, changes(delivered, &id, now)),
    };
    let entry = NewAuditEntry::on_grant(actor, action, &delivered.grant.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    close(tx, delivered.grant, now)?;
    if let Some(mirrored) = &mirrored {
        undo::close(tx, &delivered.grant.id)?;
        set_trouble(tx, &delivered.grant.id, None, now)?;
        outbox::enqueue(tx, &NewMessage::key_supplied(&mirrored.connection_id, &delivered.grant.id, &id), now)?;
        return Ok(id);
    }
    let due_at = open_window(ctx, tx, &delivered.grant.id, delivered.origin, actor, now)?;
    let message = NewMessage::license_key_delivered(&delivered.grant.id, delivered.customer).due_at(due_at);
    outbox::enqueue(tx, &message, now)?;
    let subject = Subject::grant(&delivered.grant.id);
    if !is_link {
        let subject = Subject { license_key_id: Some(&id), ..subject };
        enqueue_webhooks_for(tx, EventType::LicenseKeyCreated, subject, due_at, now)?;
    }
    enqueue_webhooks_for(tx, EventType::GrantDelivered, subject, due_at, now)?;
    Ok(id)
}

/// Stores the key, for its customer and with its limits, and returns its id. It belongs to no grant yet.
pub(super) fn issue_key(
    ctx: &Context,
    tx: &mut Tx<'_>,
    delivered: &KeyDelivery<'_>,
    now: Timestamp,
) -> Result<LicenseKeyId, FulfillGrantError> {
    let is_link = delivered.entitlement.config.delivers().is_link();
    let index = KeyIndex::of(&ctx.keyring, delivered.key, is_link);
    let is_platforms = is_link && delivered.source == LicenseKeySource::Auto;
    let copy = match delivered.from_stock {
        Some(_) => 0,
        // A platform gives the same address to everybody whom it invites.
        None if is_platforms => lookup::further_copy(tx, &ctx.keyring.lookup_hash(delivered.key.expose()))?,
        None => free_copy(ctx, tx, delivered.key, delivered.entitlement)?,
    };
    let id = LicenseKeyId::random();
    let ciphertext = ctx.keyring.seal(&associated_data(&id), delivered.key.expose().as_bytes());
    let new_key = NewLicenseKey {
        id: &id,
        is_link,
        customer_id: &delivered.customer.id,
        product_id: &delivered.entitlement.product_id,
        ciphertext: &ciphertext,
        index: &index,
        copy,
        source: delivered.source,
        activations_limit: delivered.delivery.activations_limit.map(ActivationsLimit::get),
        expires_at: delivered.delivery.expires_at,
        expires_zone: delivered.expires_zone,
        expiry_source: delivered.delivery.expiry_source,
        payment_id: delivered.grant.payment_id.as_deref(),
        subscription_id: delivered.grant.subscription_id.as_deref(),
    };
    license_keys::insert(tx, &new_key, now).map_err(|error| match error {
        // Another transaction has issued the value at the same moment. Where it is shared, the next try is a further copy.
        StorageError::Conflict if !delivered.entitlement.config.shares_key() => FulfillGrantError::KeyAlreadyUsed(None),
        other => other.into(),
    })?;
    if let Some(key) = delivered.from_stock {
        draw::mark_issued(tx, key, &id, now)?;
    }
    Ok(id)
}

/// The number of the copy that the key would be; fails if its value lies in stock, or was issued and is not shared. Until
/// the transaction ends, the value does not come into stock.
pub(super) fn free_copy(
    ctx: &Context,
    tx: &mut Tx<'_>,
    key: &LicenseKeyValue,
    entitlement: &Entitlement,
) -> Result<i32, FulfillGrantError> {
    let hash = ctx.keyring.lookup_hash(key.expose());
    dialect::hold_values_for_issuing(tx)?;
    // Stock first: a value moves from there to the license keys.
    if stock::lookup::has_value(tx, &hash)? {
        return Err(FulfillGrantError::KeyInStock);
    }
    lookup::next_copy(tx, &hash, Some(entitlement))?.map_err(|issued| FulfillGrantError::KeyAlreadyUsed(Some(issued)))
}

fn changes(delivered: &KeyDelivery<'_>, id: &LicenseKeyId, now: Timestamp) -> Vec<Change> {
    let status = Change::new("status", Some(GrantStatus::Pending.as_str()), Some(GrantStatus::Delivered.as_str()));
    let mut changes = vec![status];
    changes.extend(key_changes(delivered, id, now));
    changes.push(Change::set("delivered_at", now));
    changes
}

/// What is recorded of the key.
fn key_changes(delivered: &KeyDelivery<'_>, id: &LicenseKeyId, now: Timestamp) -> Vec<Change> {
    let mut changes = vec![
        Change::set("license_key_id", id),
        Change::set("license_key", masked(&delivered.key.last_four())),
        Change::set("source", delivered.source.as_str()),
    ];
    if let Some(key) = delivered.from_stock {
        changes.extend([Change::set("stock_key_id", &key.id), Change::set("batch_id", &key.batch_id)]);
    }
    if let Some(limit) = delivered.delivery.activations_limit {
        changes.push(Change::set("activations_limit", limit.get()));
    }
    if let Some(at) = delivered.delivery.expires_at {
        changes.push(Change::set("expires_at", at));
    }
    if !delivered.inspection.warnings.is_empty() {
        changes.push(Change::set("warnings", delivered.inspection.codes()));
    }
    if let Some(note) = delivered.customer_note {
        // The text itself is only on the grant, where it can be erased.
        changes.push(Change::set("customer_note", format!("({} characters)", note.chars().count())));
    }
    changes.extend(ended_by(delivered.grant, now));
    changes
}
