//! Creating a connection's webhook at its account.

use super::secrets::{open_secrets, store_secret};
use super::try_key::account;
use super::{entry, hook_url};
use crate::config::BaseUrl;
use crate::dodo::{Account, CallError};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::{API_URLS, Connection, ConnectionSecretKind, GRANT_EVENTS, HOOK_EVENTS};
use crate::domain::ids::ConnectionId;
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::rows;
use crate::storage::{Conn, StorageError, audit_log};
use crate::usecases::context::Context;

/// Why there is no webhook.
#[derive(Debug)]
pub(crate) enum CreateWebhookError {
    /// The account could not reach this portal.
    NotPublic,
    /// The API key may not create webhooks.
    NotAllowed,
    /// The account did not create it; why.
    Refused(String),
    Storage(StorageError),
}

impl From<StorageError> for CreateWebhookError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<CallError> for CreateWebhookError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Forbidden => Self::NotAllowed,
            other => Self::Refused(other.explain()),
        }
    }
}

/// Whether the account can reach the portal. One of the vendor's own needs a public address; another address of the
/// API may be as near as the portal itself.
pub(crate) fn is_reachable(base_url: Option<&BaseUrl>, connection: &Connection) -> bool {
    let is_public = |base_url: &BaseUrl| {
        let host = base_url.host();
        base_url.is_https() && host.contains('.') && host.parse::<std::net::IpAddr>().is_err()
    };
    base_url.is_some_and(|base_url| is_public(base_url) || !API_URLS.contains(&connection.api_url.as_str()))
}

/// Creates the webhook and stores its secret. Repeated for the same URL, the account makes no second one.
pub(crate) fn create_webhook(ctx: &Context, id: &ConnectionId, actor: &Actor) -> Result<(), CreateWebhookError> {
    let (connection, api_key) = ctx.db.read(|conn: &mut Conn| {
        let connection = rows::find(conn, id)?;
        let mut keys = open_secrets(ctx, conn, id, ConnectionSecretKind::ApiKey, ctx.clock.now())?;
        Ok::<_, StorageError>((connection, keys.drain(..).next().ok_or(StorageError::NotFound)?))
    })?;
    if !connection.kind.has_webhooks() {
        return Err(CreateWebhookError::NotAllowed);
    }
    let base_url = ctx.config.base_url.as_ref().filter(|base_url| is_reachable(Some(base_url), &connection));
    let url = hook_url(&base_url.ok_or(CreateWebhookError::NotPublic)?.origin(), id);
    let account = account(ctx, &connection.api_url, &api_key);
    let made =
        create_there(&account, &url, id).and_then(|webhook_id| Ok((account.webhook_secret(&webhook_id)?, webhook_id)));
    let is_allowed = match &made {
        Ok(_) => Some(true),
        Err(CallError::Forbidden) => Some(false),
        Err(_) => None,
    };
    ctx.db.write(|tx| {
        let present = rows::lock(tx, id)?;
        let now = ctx.clock.now();
        let remote_webhook_id = made.as_ref().ok().map(|(_, webhook_id)| webhook_id.clone());
        let noted = Connection {
            may_make_webhook: is_allowed.or(present.may_make_webhook),
            remote_webhook_id: remote_webhook_id.or(present.remote_webhook_id),
            updated_at: now,
            ..present
        };
        rows::update(tx, &noted)?;
        let event = ConnectionEvent {
            what: "webhook".to_owned(),
            detail: made.as_ref().err().map(CallError::explain),
            calls: Some(account.calls()),
            grant_id: None,
            is_ok: made.is_ok(),
            at: now,
        };
        events::add(tx, id, &event)?;
        if let Ok((secret, webhook_id)) = &made {
            store_secret(ctx, tx, id, ConnectionSecretKind::WebhookSecret, secret, now)?;
            let changes = vec![Change::set("remote_webhook_id", webhook_id)];
            let entry = entry(actor, AuditAction::ConnectionCreateWebhook, id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok::<_, StorageError>(())
    })?;
    Ok(made.map(drop)?)
}

/// Creates the webhook; where the account does not know all of the events, with those about grants.
fn create_there(account: &Account, url: &str, id: &ConnectionId) -> Result<String, CallError> {
    let create = |events: &[&str]| {
        let idempotency_key = format!("{id}-{}", events.len());
        account.create_webhook(url, events, "Keydesk", &idempotency_key)
    };
    match create(&HOOK_EVENTS) {
        Err(CallError::Rejected { .. }) => create(HOOK_EVENTS.get(..GRANT_EVENTS).unwrap_or_default()),
        made => made,
    }
}
