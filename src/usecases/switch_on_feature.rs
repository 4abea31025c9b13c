//! Switching on the feature of a new grant, which delivers it: programs read it, and no e-mail is sent.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::integration::rules::Delivers;
use crate::domain::webhook::EventType;
use crate::storage::grants::integrations;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// Delivers a pending grant whose entitlement is a feature; `false` for any other.
pub(in crate::usecases) fn switch_on_feature(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    entitlement: &Entitlement,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let IntegrationConfig::Other(other) = &entitlement.config else { return Ok(false) };
    if entitlement.config.delivers() != Delivers::Feature || !grant.is_waiting() {
        return Ok(false);
    }
    let feature = feature(&other.fields);
    if !integrations::switch_on(tx, &grant.id, &feature.to_string(), actor.id(), now)? {
        return Ok(false);
    }
    let name = feature.get("feature_id").and_then(Value::as_str).unwrap_or_default();
    let changes = vec![
        Change::new("status", Some(GrantStatus::Pending.as_str()), Some(GrantStatus::Delivered.as_str())),
        Change::set("feature", name),
        Change::set("delivered_at", now),
    ];
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantFulfill, &grant.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    enqueue_webhooks(tx, EventType::GrantDelivered, Subject::grant(&grant.id), now)?;
    Ok(true)
}

/// What programs read: the feature and that it is on.
fn feature(fields: &str) -> Value {
    let fields: Value = serde_json::from_str(fields).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    json!({
        "feature_id": text("feature_id"),
        "feature_type": text("feature_type").unwrap_or("boolean"),
        "value": true,
    })
}
