//! The account's license-key entitlements whose keys are supplied by hand. Name, description and defaults are the
//! account's; what only Keydesk knows about their keys, such as their pattern and their stock, stays.

use jiff::Timestamp;

use super::account::actor;
use crate::dodo::objects::RemoteEntitlement;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::connection::Connection;
use crate::domain::entitlement::{Entitlement, FulfillmentMode, IntegrationConfig, IssueSettings};
use crate::domain::ids::EntitlementId;

use crate::storage::catalog::entitlements;
use crate::storage::connections::{mirrored, progress};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::catalog::create_product::create_product_in;
use crate::usecases::catalog::save_entitlement::facts;
use crate::usecases::context::Context;

/// The id of an entitlement that can be mirrored: one whose keys are supplied by hand.
pub(super) fn id_of(remote: &RemoteEntitlement) -> Option<EntitlementId> {
    EntitlementId::parse(&remote.id).ok().filter(|_| remote.is_license_key)
}

/// Follows an entitlement. One that was never manual is left alone; one that no longer is stays, because grants may wait.
/// Returns whether it is mirrored.
pub(super) fn follow(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    remote: &RemoteEntitlement,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let Some(id) = id_of(remote) else { return Ok(false) };
    match mirrored::connection_of(tx, &id)? {
        Some(owner) if owner == connection.id => {
            update(ctx, tx, &id, remote, now)?;
            progress::note_listed(tx, &id, true)?;
            Ok(true)
        }
        None if remote.is_manual && matches!(entitlements::find(tx, &id), Err(StorageError::NotFound)) => {
            create(ctx, tx, connection, id, remote, now)?;
            Ok(true)
        }
        // Keydesk's own, or another connection's.
        _ => Ok(false),
    }
}

/// What the account says of an entitlement; the rest is that of `known`.
fn with_facts(known: Entitlement, remote: &RemoteEntitlement) -> Entitlement {
    let own = known.config.license_key().cloned().unwrap_or_else(IssueSettings::manual);
    Entitlement {
        name: remote.name.clone(),
        description: remote.description.clone(),
        config: IntegrationConfig::LicenseKey(IssueSettings {
            fulfillment_mode: FulfillmentMode::Manual,
            activations_limit: remote.activations_limit,
            validity_period: remote.validity_period,
            activation_message: remote.activation_message.clone(),
            ..own
        }),
        metadata: remote.metadata.clone(),
        is_active: remote.is_active,
        ..known
    }
}

fn create(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    id: EntitlementId,
    remote: &RemoteEntitlement,
    now: Timestamp,
) -> Result<(), StorageError> {
    let product_id = create_product_in(ctx, tx, &remote.name, &actor())?;
    let known = Entitlement {
        id,
        product_id,
        product_name: remote.name.clone(),
        name: String::new(),
        description: None,
        config: IntegrationConfig::LicenseKey(IssueSettings::manual()),
        metadata: String::new(),
        is_active: true,
        created_at: remote.created_at.unwrap_or(now),
        updated_at: now,
    };
    let entitlement = with_facts(known, remote);
    entitlements::insert(tx, &entitlement)?;
    mirrored::note_entitlement(tx, &connection.id, &entitlement.id, true, Timestamp::UNIX_EPOCH)?;
    let changes = facts(&entitlement)
        .into_iter()
        .map(|(field, value)| Change { field: field.to_owned(), before: None, after: value })
        .filter(|change| change.after.is_some())
        .chain([Change::set("connection_id", &connection.id)]);
    let (action, kind) = (AuditAction::EntitlementCreate, ObjectKind::Entitlement);
    let entry = NewAuditEntry::on(&actor(), action, kind, &entitlement.id, changes.collect());
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

fn update(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &EntitlementId,
    remote: &RemoteEntitlement,
    now: Timestamp,
) -> Result<(), StorageError> {
    entitlements::lock(tx, id)?;
    let before = entitlements::find(tx, id)?;
    let mut after = with_facts(before.clone(), remote);
    let changes: Vec<Change> = facts(&before)
        .into_iter()
        .zip(facts(&after))
        .filter(|(old, new)| old != new)
        .map(|((field, old), (_, new))| Change { field: field.to_owned(), before: old, after: new })
        .collect();
    if changes.is_empty() {
        return Ok(());
    }
    after.updated_at = now;
    entitlements::update(tx, &after)?;
    let (action, kind) = (AuditAction::EntitlementUpdate, ObjectKind::Entitlement);
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on(&actor(), action, kind, id, changes), now)
}

/// Whether following it would change nothing, so that nothing is written for it.
pub(super) fn is_as_known(known: &Entitlement, remote: &RemoteEntitlement) -> bool {
    facts(known) == facts(&with_facts(known.clone(), remote))
}
