//! What happened between a connection and Keydesk, for its page.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{ConnectionEventId, ConnectionId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::connection_events;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionEvent {
    /// What it was, as a code: `poll`, `hook`, `supply`, `read_again`.
    pub what: String,
    /// More about it: an event's type, a status, an error.
    pub detail: Option<String>,
    /// How many calls it took.
    pub calls: Option<i32>,
    pub grant_id: Option<GrantId>,
    pub is_ok: bool,
    pub at: Timestamp,
}

/// Adds an event.
pub(crate) fn add(tx: &mut Tx<'_>, id: &ConnectionId, event: &ConnectionEvent) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(connection_events::table)
        .values((
            connection_events::id.eq(ConnectionEventId::random().as_str()),
            connection_events::connection_id.eq(id.as_str()),
            connection_events::at.eq(to_micros(event.at)),
            connection_events::what.eq(&event.what),
            connection_events::detail.eq(&event.detail),
            connection_events::calls.eq(event.calls),
            connection_events::grant_id.eq(event.grant_id.as_ref().map(GrantId::as_str)),
            connection_events::is_ok.eq(event.is_ok),
        ))
        .execute(conn)?;
    Ok(())
}

/// The newest events of a connection.
pub(crate) fn newest(conn: &mut Conn, id: &ConnectionId, limit: i64) -> Result<Vec<ConnectionEvent>, StorageError> {
    let rows: Vec<(i64, String, Option<String>, Option<i32>, Option<String>, bool)> = connection_events::table
        .filter(connection_events::connection_id.eq(id.as_str()))
        .order((connection_events::at.desc(), connection_events::id.desc()))
        .limit(limit)
        .select((
            connection_events::at,
            connection_events::what,
            connection_events::detail,
            connection_events::calls,
            connection_events::grant_id,
            connection_events::is_ok,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(at, what, detail, calls, grant_id, is_ok)| ConnectionEvent {
            what,
            detail,
            calls,
            grant_id: grant_id.map(GrantId::stored),
            is_ok,
            at: from_micros(at),
        })
        .collect())
}

/// Deletes events from before a time.
pub(crate) fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(connection_events::table.filter(connection_events::at.lt(to_micros(before)))).execute(conn)?;
    Ok(())
}
