//! Creating and editing entitlements.

use super::create_product::create_product_in;
use super::error::SaveEntitlementError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::ids::{EntitlementId, FileId, ProductId};
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::stock::settings::{StockDelivery, StockRefill};
use crate::storage::catalog::{entitlements, products};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::files::change::set_files;
use crate::usecases::idempotent::{IdempotencyKey, run_once};
use crate::usecases::stock::alerts;

/// The checked input of a person or a program.
#[derive(Debug, Clone)]
pub struct EntitlementFields {
    pub name: String,
    pub description: Option<String>,
    pub config: IntegrationConfig,
    /// A JSON object as text; `None` leaves it unchanged.
    pub metadata: Option<String>,
    /// Whether new grants can be created from it; `None` leaves it unchanged, and a new one is active.
    pub is_active: Option<bool>,
    /// For a new entitlement: the product it belongs to; `None` creates one with the entitlement's name.
    pub product_id: Option<ProductId>,
    /// The files that it carries, in their order; `None` leaves them as they are.
    pub file_ids: Option<Vec<FileId>>,
}

/// Creates an entitlement; `NotFound` if it names a product that does not exist.
pub fn create_entitlement(
    ctx: &Context,
    fields: &EntitlementFields,
    actor: &Actor,
) -> Result<EntitlementId, StorageError> {
    create_entitlement_once(ctx, fields, None, actor).map_err(|error| match error {
        SaveEntitlementError::Storage(error) => error,
        SaveEntitlementError::ProductNotFound | SaveEntitlementError::FileNotFound(_) => StorageError::NotFound,
        SaveEntitlementError::IdempotencyMismatch => StorageError::Conflict,
    })
}

/// Creates an entitlement, once per idempotency key.
pub fn create_entitlement_once(
    ctx: &Context,
    fields: &EntitlementFields,
    key: Option<&IdempotencyKey>,
    actor: &Actor,
) -> Result<EntitlementId, SaveEntitlementError> {
    let made = run_once(ctx, key, |tx| create(ctx, tx, fields, actor).map(|id| id.to_string()))?;
    Ok(EntitlementId::stored(made.id))
}

fn create(
    ctx: &Context,
    tx: &mut Tx<'_>,
    fields: &EntitlementFields,
    actor: &Actor,
) -> Result<EntitlementId, SaveEntitlementError> {
    let now = ctx.clock.now();
    let (product_id, product_name) = match &fields.product_id {
        Some(id) => match products::find(tx, id) {
            Ok(product) => (product.id, product.name),
            Err(StorageError::NotFound) => return Err(SaveEntitlementError::ProductNotFound),
            Err(error) => return Err(error.into()),
        },
        None => (create_product_in(ctx, tx, &fields.name, actor)?, fields.name.clone()),
    };
    let entitlement = Entitlement {
        id: EntitlementId::random(),
        product_id,
        product_name,
        name: fields.name.clone(),
        description: fields.description.clone(),
        config: fields.config.clone(),
        metadata: fields.metadata.clone().unwrap_or_else(|| "{}".to_owned()),
        is_active: fields.is_active.unwrap_or(true),
        created_at: now,
        updated_at: now,
    };
    entitlements::insert(tx, &entitlement)?;
    let changes = facts(&entitlement)
        .into_iter()
        .map(|(field, value)| Change { field: field.to_owned(), before: None, after: value })
        .filter(|change| change.after.is_some() && (change.field != "is_active" || !entitlement.is_active));
    let entry = NewAuditEntry::on(
        actor,
        AuditAction::EntitlementCreate,
        ObjectKind::Entitlement,
        &entitlement.id,
        changes.collect(),
    );
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    if let Some(file_ids) = &fields.file_ids {
        let set = set_files(ctx, tx, &entitlement.id, file_ids, actor)?;
        set.map_err(|id| SaveEntitlementError::FileNotFound(id.to_string()))?;
    }
    Ok(entitlement.id)
}

/// Updates an entitlement with the result of `change`, which receives its current values while it is locked. Existing
/// grants keep what they were delivered with. `NotFound` if there is none with this id, or no such file.
pub fn update_entitlement<E: From<StorageError>>(
    ctx: &Context,
    id: &EntitlementId,
    change: impl FnOnce(&Entitlement) -> Result<EntitlementFields, E>,
    actor: &Actor,
) -> Result<(), E> {
    ctx.db.write(|tx| {
        entitlements::lock(tx, id)?;
        let now = ctx.clock.now();
        let before = entitlements::find_active(tx, id)?;
        let fields = change(&before)?;
        let mut after = before.clone();
        after.name.clone_from(&fields.name);
        after.description.clone_from(&fields.description);
        after.config = fields.config.clone();
        if let Some(metadata) = &fields.metadata {
            after.metadata.clone_from(metadata);
        }
        after.is_active = fields.is_active.unwrap_or(before.is_active);
        after.updated_at = now;
        if let Some(file_ids) = &fields.file_ids {
            set_files(ctx, tx, id, file_ids, actor)?.map_err(|_| StorageError::NotFound)?;
        }
        let changes: Vec<Change> = facts(&before)
            .into_iter()
            .zip(facts(&after))
            .filter(|(old, new)| old != new)
            .map(|((field, old), (_, new))| Change { field: field.to_owned(), before: old, after: new })
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        entitlements::update(tx, &after)?;
        let entry = NewAuditEntry::on(actor, AuditAction::EntitlementUpdate, ObjectKind::Entitlement, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        alerts::clear_if_refilled(ctx, tx, &after)?;
        Ok(())
    })
}

/// An entitlement's fields, as recorded in the audit log.
pub(in crate::usecases) fn facts(entitlement: &Entitlement) -> Vec<(&'static str, Option<String>)> {
    let settings = Some(entitlement.config.issue());
    let stock = settings.map(|settings| settings.stock);
    let other = match &entitlement.config {
        IntegrationConfig::Other(other) => Some(other.fields.clone()),
        IntegrationConfig::LicenseKey(_) => None,
    };
    vec![
        ("name", Some(entitlement.name.clone())),
        ("description", entitlement.description.clone()),
        ("is_active", Some(entitlement.is_active.to_string())),
        ("integration_type", Some(entitlement.config.integration_type().as_str().to_owned())),
        ("fulfillment_mode", settings.map(|s| s.fulfillment_mode.as_str().to_owned())),
        (
            "activations_limit",
            settings.and_then(|s| s.activations_limit).map(|limit| ActivationsLimit::get(limit).to_string()),
        ),
        ("duration_count", settings.and_then(|s| s.validity_period).map(|period| period.count.to_string())),
        (
            "duration_interval",
            settings.and_then(|s| s.validity_period).map(|period| period.interval.as_str().to_owned()),
        ),
        ("activation_message", settings.and_then(|s| s.activation_message.clone())),
        ("key_format", settings.and_then(|s| s.key_format.as_ref()).map(ToString::to_string)),
        ("key_pattern", settings.and_then(|s| s.key_pattern.as_ref()).map(ToString::to_string)),
        ("key_is_shared", settings.filter(|s| s.key_is_shared).map(|_| "true".to_owned())),
        ("delivery", stock.filter(|s| s.delivery != StockDelivery::Staff).map(|s| s.delivery.as_str().to_owned())),
        ("refill", stock.filter(|s| s.refill != StockRefill::Press).map(|s| s.refill.as_str().to_owned())),
        ("alert_count", stock.and_then(|s| s.alert_count).map(|count| count.to_string())),
        ("alert_days", stock.and_then(|s| s.alert_days).map(|days| days.to_string())),
        ("integration_config", other),
        ("metadata", Some(entitlement.metadata.clone()).filter(|text| text != "{}")),
    ]
}
