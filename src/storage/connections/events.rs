//! What happened between a connection and Keydesk, for its page.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{ConnectionEventId, ConnectionId, CustomerId, GrantId};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{connection_events, grants, mirrored_customers};

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

#[derive(Queryable, Selectable)]
#[diesel(table_name = connection_events)]
struct EventRow {
    id: String,
    at: i64,
    what: String,
    detail: Option<String>,
    calls: Option<i32>,
    grant_id: Option<String>,
    is_ok: bool,
}

impl From<EventRow> for ShownEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            event: ConnectionEvent {
                what: row.what,
                detail: row.detail,
                calls: row.calls,
                grant_id: row.grant_id.map(GrantId::stored),
                is_ok: row.is_ok,
                at: from_micros(row.at),
            },
        }
    }
}

/// An event with its place in the list.
#[derive(Debug, Clone)]
pub(crate) struct ShownEvent {
    id: String,
    pub event: ConnectionEvent,
}

impl ShownEvent {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.event.at, id: self.id.clone() }
    }
}

/// A page of a connection's events, newest first.
pub(crate) fn page(
    conn: &mut Conn,
    connection_id: &ConnectionId,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<ShownEvent>, StorageError> {
    let (at, id) = (connection_events::at, connection_events::id);
    let mut query = connection_events::table
        .filter(connection_events::connection_id.eq(connection_id.to_string()))
        .select(EventRow::as_select())
        .into_boxed();
    query = match from {
        PageStart::Start => query.order((at.desc(), id.desc())),
        PageStart::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageStart::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<EventRow> = query.limit(limit).load(conn)?;
    Ok(Page::from_walk(rows.into_iter().map(ShownEvent::from).collect(), size, from))
}

/// Whether something of this name happened since a moment.
pub(crate) fn has_since(
    conn: &mut Conn,
    id: &ConnectionId,
    what: &str,
    since: Timestamp,
) -> Result<bool, StorageError> {
    Ok(last(conn, id, what)?.is_some_and(|at| at >= since))
}

/// When something of this name last happened.
pub(crate) fn last(conn: &mut Conn, id: &ConnectionId, what: &str) -> Result<Option<Timestamp>, StorageError> {
    let at: Option<i64> = connection_events::table
        .filter(connection_events::connection_id.eq(id.as_str()))
        .filter(connection_events::what.eq(what))
        .order(connection_events::at.desc())
        .select(connection_events::at)
        .first(conn)
        .optional()?;
    Ok(at.map(from_micros))
}

/// Removes what was noted in words about grants of a customer.
pub(crate) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let connections = mirrored_customers::table
        .filter(mirrored_customers::customer_id.eq(id.as_str()))
        .select(mirrored_customers::connection_id);
    let theirs = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id.nullable());
    diesel::update(connection_events::table.filter(connection_events::connection_id.eq_any(connections)))
        .filter(connection_events::grant_id.eq_any(theirs))
        .filter(connection_events::detail.is_not_null())
        .set(connection_events::detail.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}

/// Deletes events from before a time.
pub(crate) fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(connection_events::table.filter(connection_events::at.lt(to_micros(before)))).execute(conn)?;
    Ok(())
}
