//! Calling a connection's account: opening its key, and noting what its answers say about the connection.

use jiff::Timestamp;

use crate::dodo::{Account, AccountKey, CallError};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::connection::{Connection, ConnectionSecretKind, ConnectionState};
use crate::domain::ids::{ConnectionId, GrantId};
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::{rows, secrets};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// The one who follows a connection.
pub(super) fn actor() -> Actor {
    Actor::system(SystemPart::Connection)
}

/// The account of a connection, with its API key.
pub(crate) fn account_of(ctx: &Context, connection: &Connection) -> Result<Account, StorageError> {
    let now = ctx.clock.now();
    let found = ctx.db.read(|conn| secrets::in_use(conn, &connection.id, ConnectionSecretKind::ApiKey, now))?;
    let id = &connection.id;
    let secret = found.into_iter().next().ok_or_else(|| StorageError::Corrupt(format!("{id} has no API key")))?;
    let unreadable = |cause: String| StorageError::Corrupt(format!("the API key of {id}: {cause}"));
    let key = ctx
        .keyring
        .open(&secrets::associated_data(secret.id.as_str()), &secret.ciphertext)
        .map_err(|error| unreadable(error.to_string()))?;
    let key = String::from_utf8(key).map_err(|error| unreadable(error.utf8_error().to_string()))?;
    Ok(ctx.dodo.account(id.as_str(), &connection.api_url, AccountKey::new(key)))
}

/// Notes that the account does not accept the API key; nothing more is asked of it until a person has mended that.
pub(in crate::usecases) fn note_broken(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    reason: &str,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let mut connection = rows::lock(tx, id)?;
    if connection.state != ConnectionState::Active {
        return Ok(());
    }
    connection.state = ConnectionState::Broken;
    connection.broken_reason = Some(reason.to_owned());
    connection.updated_at = now;
    rows::update(tx, &connection)?;
    let changes = vec![
        Change::new("state", Some(ConnectionState::Active.as_str()), Some(ConnectionState::Broken.as_str())),
        Change::set("reason", reason),
    ];
    let entry = NewAuditEntry::on(&actor(), AuditAction::ConnectionBreak, ObjectKind::Connection, id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

/// Notes whether the API key may supply license keys, if that is news.
pub(super) fn note_may_supply(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    may: bool,
) -> Result<(), StorageError> {
    let mut connection = rows::lock(tx, id)?;
    if connection.may_supply == Some(may) {
        return Ok(());
    }
    connection.may_supply = Some(may);
    connection.updated_at = ctx.clock.now();
    rows::update(tx, &connection)
}

/// Why a connection is broken by an answer; `None` if it is not.
pub(super) fn breaks(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::Unauthorized => Some("unauthorized"),
        CallError::Forbidden => Some("forbidden"),
        _ => None,
    }
}

/// Records what was done to a grant because of its account.
pub(super) fn log(
    ctx: &Context,
    tx: &mut Tx<'_>,
    action: AuditAction,
    id: &GrantId,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<(), StorageError> {
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(&actor(), action, id, changes), now)
}

/// Adds a line to what happened between a connection and Keydesk.
pub(super) fn note_event(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    (what, detail, is_ok): (&str, Option<String>, bool),
    calls: i32,
    grant_id: Option<&GrantId>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let event =
        ConnectionEvent { what: what.to_owned(), detail, calls: Some(calls), grant_id: grant_id.cloned(), is_ok, at };
    events::add(tx, id, &event)
}
