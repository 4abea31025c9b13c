//! Creating a webhook endpoint: a URL, the events it receives, and a secret for signing.

use crate::crypto::{AssociatedData, random_bytes};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::webhook::WebhookEndpoint;
use crate::outbound::OutboundUrl;
use crate::outbound::guard::host_of;
use crate::storage::{StorageError, audit_log, webhooks};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// The properties of a new endpoint.
#[derive(Debug, Clone)]
pub(crate) struct CreateWebhookEndpoint {
    pub url: OutboundUrl,
    pub description: String,
    pub filter_types: Option<Vec<String>>,
    pub metadata: String,
    pub is_disabled: bool,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum CreateWebhookEndpointError {
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for CreateWebhookEndpointError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdempotencyMismatch> for CreateWebhookEndpointError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for CreateWebhookEndpointError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// 256 bits.
const SECRET_BYTES: usize = 32;

/// The associated data of an endpoint's secret: it cannot be decrypted with any other.
pub(super) fn associated_data(id: &WebhookEndpointId) -> AssociatedData<'_> {
    AssociatedData { table: "webhook_endpoints", column: "secret", row: id.as_str() }
}

/// Creates an encrypted secret.
pub(super) fn new_secret(ctx: &Context, id: &WebhookEndpointId) -> Vec<u8> {
    ctx.keyring.seal(&associated_data(id), &random_bytes::<SECRET_BYTES>())
}

/// Creates the endpoint, once per idempotency key.
pub(crate) fn create_webhook_endpoint(
    ctx: &Context,
    command: &CreateWebhookEndpoint,
) -> Result<WebhookEndpointId, CreateWebhookEndpointError> {
    let made = run_once(ctx, command.idempotency_key.as_ref(), |tx| {
        let now = ctx.clock.now();
        let endpoint = WebhookEndpoint {
            id: WebhookEndpointId::random(),
            url: command.url.as_str().to_owned(),
            description: command.description.clone(),
            filter_types: command.filter_types.clone(),
            metadata: command.metadata.clone(),
            is_disabled: command.is_disabled,
            failing_since: None,
            switched_off_at: None,
            created_at: now,
            updated_at: now,
        };
        webhooks::endpoints::insert(tx, &endpoint, &new_secret(ctx, &endpoint.id))?;
        let changes = facts(&endpoint).into_iter().map(|(field, value)| Change::set(field, value)).collect();
        let entry =
            NewAuditEntry::on(&command.actor, AuditAction::WebhookCreate, ObjectKind::Webhook, &endpoint.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok::<_, CreateWebhookEndpointError>(endpoint.id.to_string())
    })?;
    Ok(WebhookEndpointId::stored(made.id))
}

/// An endpoint's fields, as recorded in the audit log. Of the URL only the host, because paths may contain tokens.
pub(super) fn facts(endpoint: &WebhookEndpoint) -> Vec<(&'static str, String)> {
    let types = endpoint.filter_types.as_ref().map_or_else(|| "all".to_owned(), |types| types.join(" "));
    vec![("host", host_of(&endpoint.url)), ("filter_types", types), ("disabled", endpoint.is_disabled.to_string())]
}
