//! Another API key for a connection, and trying the one it has.

use super::entry;
use super::secrets::{open_secrets, store_secret};
use super::try_key::{KeyRefused, KeyRights, try_key_of};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::connection::{Connection, ConnectionSecretKind, ConnectionState};
use crate::domain::ids::ConnectionId;
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::rows;
use crate::storage::{Conn, StorageError, Tx, audit_log};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum ChangeKeyError {
    KeyRefused(KeyRefused),
    /// The key is that of another account.
    OtherAccount(String),
    Storage(StorageError),
}

impl From<StorageError> for ChangeKeyError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Tries the key and uses it from now on; a connection that was broken works again.
pub(crate) fn change_key(
    ctx: &Context,
    id: &ConnectionId,
    api_key: &str,
    actor: &Actor,
) -> Result<KeyRights, ChangeKeyError> {
    let connection = ctx.db.read(|conn| rows::find(conn, id))?;
    let (tried, calls) = try_key_of(ctx, connection.kind, &connection.api_url, api_key)?;
    let rights = tried.map_err(ChangeKeyError::KeyRefused)?;
    ctx.db.write(|tx| {
        let present = rows::lock(tx, id)?;
        if let (Some(old), Some(new)) = (&present.account, &rights.account)
            && old != new
        {
            return Err(ChangeKeyError::OtherAccount(new.clone()));
        }
        let now = ctx.clock.now();
        store_secret(ctx, tx, id, ConnectionSecretKind::ApiKey, api_key, now)?;
        note_rights(ctx, tx, present, &Ok(rights.clone()), calls)?;
        let entry = entry(actor, AuditAction::ConnectionChangeKey, id, Vec::new());
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(rights.clone())
    })
}

/// Tries the key that the connection has, and notes what it may do.
pub(crate) fn check_connection(
    ctx: &Context,
    id: &ConnectionId,
) -> Result<Result<KeyRights, KeyRefused>, StorageError> {
    let (connection, key) = ctx.db.read(|conn: &mut Conn| {
        let connection = rows::find(conn, id)?;
        let mut keys = open_secrets(ctx, conn, id, ConnectionSecretKind::ApiKey, ctx.clock.now())?;
        let key = match keys.drain(..).next() {
            None if connection.kind.is_shop() => String::new(),
            key => key.ok_or(StorageError::NotFound)?,
        };
        Ok::<_, StorageError>((connection, key))
    })?;
    let (tried, calls) = try_key_of(ctx, connection.kind, &connection.api_url, &key)?;
    ctx.db.write(|tx| {
        let present = rows::lock(tx, id)?;
        note_rights(ctx, tx, present, &tried, calls)
    })?;
    Ok(tried)
}

/// Notes what a key may do. One that is accepted mends the connection, one that is not breaks it.
fn note_rights(
    ctx: &Context,
    tx: &mut Tx<'_>,
    present: Connection,
    tried: &Result<KeyRights, KeyRefused>,
    calls: i32,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let broken_reason = match tried {
        Ok(_) => None,
        Err(KeyRefused::Unauthorized) => Some("unauthorized".to_owned()),
        Err(KeyRefused::Forbidden) => Some("forbidden".to_owned()),
        Err(KeyRefused::Unreachable(_)) => present.broken_reason.clone(),
    };
    let state = match (present.state, &broken_reason) {
        (ConnectionState::Paused, _) => ConnectionState::Paused,
        (_, Some(_)) => ConnectionState::Broken,
        (_, None) => ConnectionState::Active,
    };
    let event = ConnectionEvent {
        what: "check".to_owned(),
        detail: tried.as_ref().err().map(KeyRefused::explain),
        calls: Some(calls),
        grant_id: None,
        is_ok: tried.is_ok(),
        at: now,
    };
    events::add(tx, &present.id, &event)?;
    let mut changed = Connection { state, broken_reason, updated_at: now, ..present };
    if let Ok(rights) = tried {
        changed.account = rights.account.clone().or(changed.account);
        changed.may_supply = rights.may_supply.or(changed.may_supply);
        changed.next_poll_at = now;
        rows::note_poll(tx, &changed)?;
        // What waited in its queue is due.
        tx.wake_outbox();
    }
    rows::update(tx, &changed)
}
