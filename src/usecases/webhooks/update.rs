//! Changing a webhook endpoint. Enabling it again resets the record of its failures.

use super::create::facts;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::webhook::WebhookEndpoint;
use crate::outbound::OutboundUrl;
use crate::storage::{StorageError, Tx, audit_log, webhooks};
use crate::usecases::context::Context;

/// The fields to change; `None` leaves a field unchanged.
#[derive(Debug, Clone, Default)]
pub(crate) struct WebhookEndpointChange {
    pub url: Option<OutboundUrl>,
    pub description: Option<String>,
    /// `Some(None)` for every event.
    pub filter_types: Option<Option<Vec<String>>>,
    pub metadata: Option<String>,
    pub is_disabled: Option<bool>,
}

/// Changes the endpoint by the result of `change`, which receives its present values while it is locked. `NotFound` if
/// there is none.
pub(crate) fn update_webhook_endpoint<E: From<StorageError>>(
    ctx: &Context,
    id: &WebhookEndpointId,
    change: impl FnOnce(&WebhookEndpoint) -> Result<WebhookEndpointChange, E>,
    actor: &Actor,
) -> Result<(), E> {
    ctx.db.write(|tx| {
        webhooks::endpoints::lock(tx, id)?;
        let before = webhooks::endpoints::find(tx, id)?;
        let change = change(&before)?;
        Ok(update_in(ctx, tx, &before, &change, actor)?)
    })
}

fn update_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    before: &WebhookEndpoint,
    change: &WebhookEndpointChange,
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let after = WebhookEndpoint { updated_at: now, ..apply(before.clone(), change) };
    webhooks::endpoints::update(tx, &after)?;
    // Wakes the workers, so that waiting messages are sent.
    tx.wake_outbox();
    let mut changes: Vec<Change> = facts(before)
        .into_iter()
        .zip(facts(&after))
        .filter(|(old, new)| old != new)
        .map(|((field, old), (_, new))| Change::new(field, Some(&old), Some(&new)))
        .collect();
    if before.url != after.url && changes.iter().all(|change| change.field != "host") {
        changes.push(Change::set("path", "(changed)"));
    }
    let entry = NewAuditEntry::on(actor, AuditAction::WebhookUpdate, ObjectKind::Webhook, &before.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

fn apply(mut endpoint: WebhookEndpoint, change: &WebhookEndpointChange) -> WebhookEndpoint {
    if let Some(url) = &change.url {
        url.as_str().clone_into(&mut endpoint.url);
    }
    if let Some(description) = &change.description {
        endpoint.description.clone_from(description);
    }
    if let Some(types) = &change.filter_types {
        endpoint.filter_types.clone_from(types);
    }
    if let Some(metadata) = &change.metadata {
        endpoint.metadata.clone_from(metadata);
    }
    if let Some(is_disabled) = change.is_disabled {
        endpoint.is_disabled = is_disabled;
    }
    if !endpoint.is_disabled && change.is_disabled.is_some() {
        endpoint.failing_since = None;
    }
    // A person has made a decision about the endpoint, whichever it was.
    if change.is_disabled.is_some() {
        endpoint.switched_off_at = None;
    }
    endpoint
}
