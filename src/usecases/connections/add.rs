//! Adding a connection: its API key is tried before anything is stored.

use jiff::SignedDuration;

use super::secrets::{open_secrets, store_secret};
use super::try_key::{KeyRefused, KeyRights, try_key_of};
use super::{entry, facts};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::{Connection, ConnectionKind, ConnectionSecretKind, ConnectionState, OnRefund, OnTest};
use crate::domain::ids::ConnectionId;
use crate::storage::connections::rows;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IsConflict, retried};

/// A new connection.
#[derive(Clone)]
pub(crate) struct AddConnection {
    pub kind: ConnectionKind,
    pub name: String,
    /// Without a slash at the end.
    pub api_url: String,
    /// Empty for a shop that is asked nothing.
    pub api_key: String,
    /// The secret of a webhook that somebody has created at the account.
    pub webhook_secret: Option<String>,
    pub poll_every: SignedDuration,
    pub actor: Actor,
}

/// An added connection.
#[derive(Debug)]
pub(crate) struct AddedConnection {
    pub id: ConnectionId,
    pub may_supply: Option<bool>,
    /// Whether the same key was connected before; nothing was changed.
    pub is_known: bool,
    /// Whether the service sends webhooks.
    pub has_webhooks: bool,
}

#[derive(Debug)]
pub(crate) enum AddConnectionError {
    KeyRefused(KeyRefused),
    /// The account is connected already, with another key, under this name.
    AlreadyConnected(String),
    Storage(StorageError),
}

impl From<StorageError> for AddConnectionError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl IsConflict for AddConnectionError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Tries the key and stores the connection, which is polled at once.
pub(crate) fn add_connection(ctx: &Context, command: &AddConnection) -> Result<AddedConnection, AddConnectionError> {
    let (tried, _) = try_key_of(ctx, command.kind, &command.api_url, &command.api_key)?;
    let rights = tried.map_err(AddConnectionError::KeyRefused)?;
    retried(|| ctx.db.write(|tx| add_in(ctx, tx, command, &rights)))
}

fn add_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &AddConnection,
    rights: &KeyRights,
) -> Result<AddedConnection, AddConnectionError> {
    let now = ctx.clock.now();
    let connection = Connection {
        id: ConnectionId::random(),
        kind: command.kind,
        name: command.name.clone(),
        api_url: command.api_url.clone(),
        account: rights.account.clone(),
        state: ConnectionState::Active,
        broken_reason: None,
        sends_email: false,
        poll_every: command.poll_every,
        may_supply: rights.may_supply,
        may_make_webhook: None,
        remote_webhook_id: None,
        next_poll_at: now,
        polled_at: None,
        poll_error: None,
        hook_at: None,
        budget: None,
        shop: shop_of(tx, command.kind)?,
        on_refund: OnRefund::default(),
        on_test: OnTest::default(),
        created_at: now,
        updated_at: now,
    };
    let has_webhooks = connection.kind.has_webhooks();
    for other in rows::all(tx)?.into_iter().filter(|_| !connection.kind.is_shop()) {
        if other.kind != connection.kind || other.api_url != connection.api_url {
            continue;
        }
        let keys = open_secrets(ctx, tx, &other.id, ConnectionSecretKind::ApiKey, now)?;
        if keys.contains(&command.api_key) {
            return Ok(AddedConnection { id: other.id, may_supply: other.may_supply, is_known: true, has_webhooks });
        }
        if other.account.is_some() && other.account == connection.account {
            return Err(AddConnectionError::AlreadyConnected(other.name));
        }
    }
    let created_by = command.actor.id().to_owned();
    rows::insert(tx, &connection, &created_by)?;
    if !command.api_key.is_empty() {
        store_secret(ctx, tx, &connection.id, ConnectionSecretKind::ApiKey, &command.api_key, now)?;
    }
    if let Some(secret) = command.webhook_secret.as_ref().filter(|_| has_webhooks) {
        store_secret(ctx, tx, &connection.id, ConnectionSecretKind::WebhookSecret, secret, now)?;
    }
    let mut changes = vec![Change::set("kind", connection.kind.as_str()), Change::set("api_url", &connection.api_url)];
    changes.extend(facts(&connection).into_iter().map(|(field, value)| Change::set(field, value)));
    let entry = entry(&command.actor, AuditAction::ConnectionAdd, &connection.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    // The poller is awake when others are.
    tx.wake_outbox();
    Ok(AddedConnection { id: connection.id, may_supply: connection.may_supply, is_known: false, has_webhooks })
}

/// Where the orders of a shop's sales are numbered. The exports of a kind of shop do not say which account they are of, so
/// that they are those of its first connection; further ones number their orders apart.
fn shop_of(tx: &mut Tx<'_>, kind: ConnectionKind) -> Result<Option<String>, StorageError> {
    if !kind.is_shop() {
        return Ok(None);
    }
    let taken: Vec<String> = rows::all(tx)?.into_iter().filter_map(|other| other.shop).collect();
    let free = |number: &u32| {
        let name = if *number == 1 { kind.as_str().to_owned() } else { format!("{}:{number}", kind.as_str()) };
        (!taken.contains(&name)).then_some(name)
    };
    Ok((1..=u32::MAX).find_map(|number| free(&number)))
}
