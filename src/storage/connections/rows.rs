//! The connections themselves.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use crate::domain::connection::{CallBudget, Connection, ConnectionKind, ConnectionState, OnRefund, OnTest};
use crate::domain::ids::ConnectionId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{
    connection_events, connection_secrets, connections, held_sales, hooks, mirrored_customers, mirrored_entitlements,
    mirrored_grants, platform_invitations,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = connections)]
struct ConnectionRow {
    id: String,
    kind: String,
    name: String,
    api_url: String,
    account: Option<String>,
    state: String,
    broken_reason: Option<String>,
    sends_email: bool,
    poll_every: i32,
    may_supply: Option<bool>,
    may_make_webhook: Option<bool>,
    remote_webhook_id: Option<String>,
    next_poll_at: i64,
    polled_at: Option<i64>,
    poll_error: Option<String>,
    hook_at: Option<i64>,
    calls_left: Option<i64>,
    calls_limit: Option<i64>,
    calls_at: Option<i64>,
    shop: Option<String>,
    on_refund: String,
    on_test: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<ConnectionRow> for Connection {
    type Error = StorageError;

    fn try_from(row: ConnectionRow) -> Result<Self, StorageError> {
        let corrupt = |what: &str| StorageError::Corrupt(format!("the {what} of {}", row.id));
        let kind = ConnectionKind::parse(&row.kind).ok_or_else(|| corrupt("kind"))?;
        let state = ConnectionState::parse(&row.state).ok_or_else(|| corrupt("state"))?;
        let budget = match (row.calls_left, row.calls_limit, row.calls_at) {
            (Some(left), Some(limit), Some(at)) => Some(CallBudget { left, limit, at: from_micros(at) }),
            _ => None,
        };
        Ok(Self {
            id: ConnectionId::stored(row.id),
            kind,
            name: row.name,
            api_url: row.api_url,
            account: row.account,
            state,
            broken_reason: row.broken_reason,
            sends_email: row.sends_email,
            poll_every: SignedDuration::from_secs(row.poll_every.into()),
            may_supply: row.may_supply,
            may_make_webhook: row.may_make_webhook,
            remote_webhook_id: row.remote_webhook_id,
            next_poll_at: from_micros(row.next_poll_at),
            polled_at: from_optional(row.polled_at),
            poll_error: row.poll_error,
            hook_at: from_optional(row.hook_at),
            budget,
            shop: row.shop,
            on_refund: OnRefund::parse(&row.on_refund).unwrap_or_default(),
            on_test: OnTest::parse(&row.on_test).unwrap_or_default(),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

macro_rules! settings_of {
    ($connection:expr) => {
        (
            connections::name.eq(&$connection.name),
            connections::api_url.eq(&$connection.api_url),
            connections::account.eq(&$connection.account),
            connections::state.eq($connection.state.as_str()),
            connections::broken_reason.eq(&$connection.broken_reason),
            connections::sends_email.eq($connection.sends_email),
            connections::poll_every.eq(i32::try_from($connection.poll_every.as_secs()).unwrap_or(i32::MAX)),
            connections::may_supply.eq($connection.may_supply),
            connections::may_make_webhook.eq($connection.may_make_webhook),
            connections::remote_webhook_id.eq(&$connection.remote_webhook_id),
            connections::on_refund.eq($connection.on_refund.as_str()),
            connections::on_test.eq($connection.on_test.as_str()),
            connections::updated_at.eq(to_micros($connection.updated_at)),
        )
    };
}
macro_rules! contact_of {
    ($connection:expr) => {
        (
            connections::next_poll_at.eq(to_micros($connection.next_poll_at)),
            connections::polled_at.eq($connection.polled_at.map(to_micros)),
            connections::poll_error.eq(&$connection.poll_error),
        )
    };
}

/// The connection with this id.
pub(crate) fn find(conn: &mut Conn, id: &ConnectionId) -> Result<Connection, StorageError> {
    let row: ConnectionRow = connections::table.find(id.as_str()).select(ConnectionRow::as_select()).first(conn)?;
    row.try_into()
}

/// The connection, locked until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &ConnectionId) -> Result<Connection, StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(connections::table.find(id.as_str())).set(connections::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { find(conn, id) } else { Err(StorageError::NotFound) }
}

/// The connections in use.
pub(crate) fn active(conn: &mut Conn) -> Result<Vec<ConnectionId>, StorageError> {
    let ids: Vec<String> = connections::table
        .filter(connections::state.eq(ConnectionState::Active.as_str()))
        .select(connections::id)
        .load(conn)?;
    Ok(ids.into_iter().map(ConnectionId::stored).collect())
}

/// Whether a connection of this kind is in use.
pub(crate) fn has_active(conn: &mut Conn, kind: ConnectionKind) -> Result<bool, StorageError> {
    let active = connections::table
        .filter(connections::state.eq(ConnectionState::Active.as_str()))
        .filter(connections::kind.eq(kind.as_str()));
    Ok(active.count().get_result::<i64>(conn)? > 0)
}

/// All connections, the oldest first.
pub(crate) fn all(conn: &mut Conn) -> Result<Vec<Connection>, StorageError> {
    let rows: Vec<ConnectionRow> = connections::table
        .order((connections::created_at, connections::id))
        .select(ConnectionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Connection::try_from).collect()
}

/// The ids and names of the accounts, by name.
pub(crate) fn names(conn: &mut Conn) -> Result<Vec<(ConnectionId, String)>, StorageError> {
    let rows: Vec<(String, String)> = connections::table
        .filter(connections::shop.is_null())
        .order((connections::name, connections::id))
        .select((connections::id, connections::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (ConnectionId::stored(id), name)).collect())
}

/// Inserts a connection.
pub(crate) fn insert(tx: &mut Tx<'_>, connection: &Connection, created_by: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(connections::table)
        .values((
            connections::id.eq(connection.id.as_str()),
            connections::kind.eq(connection.kind.as_str()),
            connections::created_by.eq(created_by),
            connections::created_at.eq(to_micros(connection.created_at)),
            connections::shop.eq(&connection.shop),
            settings_of!(connection),
            contact_of!(connection),
        ))
        .execute(conn)?;
    Ok(())
}

/// Updates what people and answers decide about a connection: its settings, state and rights.
pub(crate) fn update(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(connections::table.find(connection.id.as_str())).set(settings_of!(connection)).execute(conn)?;
    Ok(())
}

/// Notes how a poll ended, and when the next one is due.
pub(crate) fn note_poll(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(connections::table.find(connection.id.as_str())).set(contact_of!(connection)).execute(conn)?;
    Ok(())
}

/// Notes what the last answer said of the rate limit.
pub(crate) fn note_budget(tx: &mut Tx<'_>, id: &ConnectionId, budget: CallBudget) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(connections::table.find(id.as_str()))
        .set((
            connections::calls_left.eq(budget.left),
            connections::calls_limit.eq(budget.limit),
            connections::calls_at.eq(to_micros(budget.at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that something valid arrived.
pub(crate) fn note_hook(tx: &mut Tx<'_>, id: &ConnectionId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(connections::table.find(id.as_str())).set(connections::hook_at.eq(to_micros(now))).execute(conn)?;
    Ok(())
}

/// Removes a connection with its secrets and everything noted of it. What was mirrored stays, as grants of Keydesk's own.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &ConnectionId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let id = id.as_str();
    diesel::delete(connection_events::table.filter(connection_events::connection_id.eq(id))).execute(conn)?;
    diesel::delete(held_sales::table.filter(held_sales::connection_id.eq(id))).execute(conn)?;
    diesel::delete(hooks::table.filter(hooks::connection_id.eq(id))).execute(conn)?;
    diesel::delete(mirrored_grants::table.filter(mirrored_grants::connection_id.eq(id))).execute(conn)?;
    diesel::delete(mirrored_customers::table.filter(mirrored_customers::connection_id.eq(id))).execute(conn)?;
    diesel::delete(mirrored_entitlements::table.filter(mirrored_entitlements::connection_id.eq(id))).execute(conn)?;
    diesel::delete(platform_invitations::table.filter(platform_invitations::connection_id.eq(id))).execute(conn)?;
    diesel::delete(connection_secrets::table.filter(connection_secrets::connection_id.eq(id))).execute(conn)?;
    diesel::delete(connections::table.find(id)).execute(conn)?;
    Ok(())
}
