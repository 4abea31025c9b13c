//! Testing a webhook endpoint with a message that carries no data.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{MessageId, WebhookEndpointId};
use crate::domain::outbox::NewMessage;
use crate::domain::webhook::TEST_EVENT;
use crate::storage::{StorageError, audit_log, outbox, webhooks};
use crate::usecases::context::Context;

/// Queues a test message; `NotFound` if there is no such endpoint.
pub(crate) fn test_webhook_endpoint(
    ctx: &Context,
    id: &WebhookEndpointId,
    actor: &Actor,
) -> Result<MessageId, StorageError> {
    ctx.db.write(|tx| {
        webhooks::endpoints::lock(tx, id)?;
        webhooks::endpoints::find(tx, id)?;
        let now = ctx.clock.now();
        let message = NewMessage::webhook(id, TEST_EVENT, None, None);
        outbox::enqueue(tx, &message, now)?;
        let changes = vec![Change::set("message_id", &message.id)];
        let entry = NewAuditEntry::on(actor, AuditAction::WebhookTest, ObjectKind::Webhook, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(message.id)
    })
}
