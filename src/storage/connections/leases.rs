//! Which node looks at a connection: one at a time.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use crate::domain::connection::ConnectionState;
use crate::domain::ids::ConnectionId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::connections;

/// How long a node may be silent before another one looks at the connection.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The active connections that are due to be polled at `now`, the longest overdue first.
pub(crate) fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<ConnectionId>, StorageError> {
    let ids: Vec<String> = connections::table
        .filter(connections::state.eq(ConnectionState::Active.as_str()))
        .filter(connections::shop.is_null())
        .filter(connections::next_poll_at.le(to_micros(now)))
        .order((connections::next_poll_at, connections::id))
        .select(connections::id)
        .load(conn)?;
    Ok(ids.into_iter().map(ConnectionId::stored).collect())
}

/// Takes or renews the lease for `owner`; `false` if another node has it.
pub(crate) fn take(tx: &mut Tx<'_>, id: &ConnectionId, owner: &str, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let is_free = connections::lease_owner
        .is_null()
        .or(connections::lease_owner.eq(owner).assume_not_null())
        .or(connections::lease_until.le(to_micros(now)).assume_not_null());
    let taken = diesel::update(connections::table.find(id.as_str()).filter(is_free))
        .set((connections::lease_owner.eq(owner), connections::lease_until.eq(to_micros(until))))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Gives the lease back.
pub(crate) fn release(tx: &mut Tx<'_>, id: &ConnectionId, owner: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(connections::table.find(id.as_str()).filter(connections::lease_owner.eq(owner)))
        .set((connections::lease_owner.eq(None::<String>), connections::lease_until.eq(None::<i64>)))
        .execute(conn)?;
    Ok(())
}
