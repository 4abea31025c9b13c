//! Deleting a webhook endpoint: its waiting messages are cancelled, and its deliveries can still be viewed.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::WebhookEndpointId;
use crate::storage::{StorageError, audit_log, webhooks};
use crate::usecases::context::Context;

/// Deletes the endpoint; `NotFound` if there is none or it is already deleted.
pub(crate) fn delete_webhook_endpoint(
    ctx: &Context,
    id: &WebhookEndpointId,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        webhooks::endpoints::lock(tx, id)?;
        let now = ctx.clock.now();
        webhooks::endpoints::find(tx, id)?;
        webhooks::endpoints::delete(tx, id, now)?;
        let cancelled = webhooks::messages::cancel_queued(tx, id, now)?;
        let changes = vec![Change::set("cancelled_messages", cancelled)];
        let entry = NewAuditEntry::on(actor, AuditAction::WebhookDelete, ObjectKind::Webhook, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
