//! The secret of a webhook endpoint: showing, rotating and decrypting it.

use jiff::Timestamp;

use super::create::{associated_data, new_secret};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::webhook::OLD_SECRET_LIFE;
use crate::storage::{Conn, StorageError, audit_log, webhooks};
use crate::usecases::context::Context;
use crate::webhooks::sign::secret_text;

/// Returns the secret and records the access in the audit log.
pub(crate) fn reveal_webhook_secret(
    ctx: &Context,
    id: &WebhookEndpointId,
    actor: &Actor,
) -> Result<String, StorageError> {
    ctx.db.write(|tx| {
        let sealed = webhooks::endpoints::secrets(tx, id)?;
        let secret = open(ctx, id, &sealed.present)?;
        let entry = NewAuditEntry::on(actor, AuditAction::WebhookSecretRead, ObjectKind::Webhook, id, Vec::new());
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(secret_text(&secret))
    })
}

/// Replaces the secret; the old one also signs until the returned time.
pub(crate) fn rotate_webhook_secret(
    ctx: &Context,
    id: &WebhookEndpointId,
    actor: &Actor,
) -> Result<Timestamp, StorageError> {
    ctx.db.write(|tx| {
        webhooks::endpoints::lock(tx, id)?;
        let now = ctx.clock.now();
        webhooks::endpoints::find(tx, id)?;
        let until = now.saturating_add(OLD_SECRET_LIFE).unwrap_or(now);
        webhooks::endpoints::rotate_secret(tx, id, &new_secret(ctx, id), until, now)?;
        let changes = vec![Change::set("old_secret_until", until)];
        let entry = NewAuditEntry::on(actor, AuditAction::WebhookRotateSecret, ObjectKind::Webhook, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(until)
    })
}

/// The secrets to sign with at `now`, the current one first.
pub(crate) fn open_webhook_secrets(
    ctx: &Context,
    conn: &mut Conn,
    id: &WebhookEndpointId,
    now: Timestamp,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let sealed = webhooks::endpoints::secrets(conn, id)?;
    let mut secrets = vec![open(ctx, id, &sealed.present)?];
    if let Some((old, until)) = sealed.old
        && until > now
    {
        secrets.push(open(ctx, id, &old)?);
    }
    Ok(secrets)
}

fn open(ctx: &Context, id: &WebhookEndpointId, sealed: &[u8]) -> Result<Vec<u8>, StorageError> {
    ctx.keyring
        .open(&associated_data(id), sealed)
        .map_err(|error| StorageError::Corrupt(format!("the secret of {id}: {error}")))
}
