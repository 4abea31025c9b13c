//! Making and editing entitlements.

use super::context::Context;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::expiry::ActivationsLimit;
use crate::domain::ids::{EntitlementId, ProductId};
use crate::storage::{StorageError, audit, entitlements};

/// What a person entered, checked.
#[derive(Debug, Clone)]
pub struct EntitlementFields {
    pub name: String,
    pub description: Option<String>,
    pub config: IntegrationConfig,
}

/// Makes an entitlement, with a product of its own name.
pub fn create_entitlement(
    ctx: &Context,
    fields: &EntitlementFields,
    actor: &Actor,
) -> Result<EntitlementId, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let product_id = ProductId::random();
        entitlements::insert_product(tx, &product_id, &fields.name, now)?;
        let entitlement = Entitlement {
            id: EntitlementId::random(),
            product_id,
            product_name: fields.name.clone(),
            name: fields.name.clone(),
            description: fields.description.clone(),
            config: fields.config.clone(),
            metadata: "{}".to_owned(),
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        entitlements::insert(tx, &entitlement)?;
        let product = NewAuditEntry::on(
            actor,
            AuditAction::ProductCreate,
            "product",
            &entitlement.product_id,
            vec![Change::set("name", &fields.name)],
        );
        audit::append(tx, &ctx.keyring, &product, now)?;
        let changes = facts(&entitlement)
            .into_iter()
            .map(|(field, value)| Change { field: field.to_owned(), before: None, after: value })
            .filter(|change| change.after.is_some());
        let entry =
            NewAuditEntry::on(actor, AuditAction::EntitlementCreate, "entitlement", &entitlement.id, changes.collect());
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(entitlement.id)
    })
}

/// Changes an entitlement; grants that exist keep what they were delivered with. `NotFound` where
/// there is none of that id.
pub fn update_entitlement(
    ctx: &Context,
    id: &EntitlementId,
    fields: &EntitlementFields,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let before = entitlements::find(tx, id)?;
        let mut after = before.clone();
        after.name.clone_from(&fields.name);
        after.description.clone_from(&fields.description);
        after.config = fields.config.clone();
        after.updated_at = now;
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
        let entry = NewAuditEntry::on(actor, AuditAction::EntitlementUpdate, "entitlement", id, changes);
        audit::append(tx, &ctx.keyring, &entry, now)
    })
}

/// An entitlement's fields as the log shows them.
fn facts(entitlement: &Entitlement) -> Vec<(&'static str, Option<String>)> {
    let settings = entitlement.config.license_key();
    let other = match &entitlement.config {
        IntegrationConfig::Other(_, text) => Some(text.clone()),
        IntegrationConfig::LicenseKey(_) => None,
    };
    vec![
        ("name", Some(entitlement.name.clone())),
        ("description", entitlement.description.clone()),
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
        ("integration_config", other),
    ]
}
