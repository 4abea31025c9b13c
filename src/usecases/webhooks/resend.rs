//! Sending a webhook again, under the same id, so that the receiver recognizes the repeat.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{MessageId, WebhookEndpointId};
use crate::storage::{StorageError, audit_log, webhooks};
use crate::usecases::context::Context;

/// Queues the endpoint's message again, or makes a waiting one due now; `false` if it is being sent at the moment.
/// `NotFound` if the endpoint has no such message or is deleted.
pub(crate) fn resend_webhook_message(
    ctx: &Context,
    endpoint_id: &WebhookEndpointId,
    id: &MessageId,
    actor: &Actor,
) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        webhooks::endpoints::lock(tx, endpoint_id)?;
        webhooks::endpoints::find(tx, endpoint_id)?;
        let message = webhooks::messages::find(tx, id)?;
        if message.endpoint_id != *endpoint_id {
            return Err(StorageError::NotFound);
        }
        if !webhooks::messages::resend(tx, id, now)? {
            return Ok(false);
        }
        let changes = vec![Change::set("message_id", id), Change::set("event_type", &message.event_type)];
        let entry = NewAuditEntry {
            grant_id: message.grant_id,
            ..NewAuditEntry::on(actor, AuditAction::WebhookResend, ObjectKind::Webhook, endpoint_id, changes)
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
