//! Drawing from stock: the next key of an entitlement, for a grant that is being delivered, and reserving it for a grant
//! that is taken.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use jiff::Timestamp;

use super::{SealedStockKey, counts};
use crate::domain::ids::{BatchId, EntitlementId, GrantId, LicenseKeyId, StockKeyId};
use crate::domain::stock::StockState;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::stock_keys;
use crate::storage::sql::cached::CachedDsl;
use crate::storage::sql::static_sql::StaticSql;

type KeyType = (Text, Text, Binary);
type KeyRow = (String, String, Vec<u8>);

/// How a key that another transaction holds is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is left out. Fit for transactions that draw several keys, which could wait for each other.
    Skip,
    /// Where no other is left, its transaction is waited for: it may give the key back.
    Wait,
}

/// The key that a grant is delivered with, locked until the transaction ends: the one reserved for it, else the first by
/// its date and its arrival that nobody has reserved. `None` if there is none.
pub fn next(
    tx: &mut Tx<'_>,
    entitlement_id: &EntitlementId,
    grant_id: &GrantId,
    held: Held,
    now: Timestamp,
) -> Result<Option<SealedStockKey>, StorageError> {
    let conn: &mut Conn = tx;
    let locks: &[&'static str] = match (conn.is_sqlite(), held) {
        (true, _) => &[""],
        (false, Held::Skip) => &[" FOR NO KEY UPDATE SKIP LOCKED"],
        (false, Held::Wait) => &[" FOR NO KEY UPDATE SKIP LOCKED", " FOR NO KEY UPDATE"],
    };
    for lock in locks {
        let own = of_grant(entitlement_id, grant_id, now).sql(lock);
        let mut row: Option<KeyRow> = own.get_result(conn).optional()?;
        if row.is_none() {
            row = first_free(entitlement_id, now).sql(lock).get_result(conn).optional()?;
        }
        if let Some((id, batch_id, ciphertext)) = row {
            let (id, batch_id) = (StockKeyId::stored(id), BatchId::stored(batch_id));
            return Ok(Some(SealedStockKey { id, batch_id, ciphertext }));
        }
    }
    Ok(None)
}

const SELECT: &str = "SELECT id, batch_id, ciphertext FROM stock_keys";

fn of_grant(entitlement_id: &EntitlementId, grant_id: &GrantId, now: Timestamp) -> StaticSql<KeyType> {
    let query = StaticSql::new().sql(SELECT).sql(" WHERE reserved_for = ").text(grant_id.as_str());
    let query = query.sql(" AND state = 'available' AND entitlement_id = ").text(entitlement_id.as_str());
    query
        .sql(" AND reserved_until > ")
        .number(to_micros(now))
        .sql(" AND use_before > ")
        .number(to_micros(now))
        .sql(" LIMIT 1")
}

fn first_free(entitlement_id: &EntitlementId, now: Timestamp) -> StaticSql<KeyType> {
    let query = StaticSql::new().sql(SELECT).sql(" WHERE entitlement_id = ").opaque_text(entitlement_id.as_str());
    let query = query.sql(" AND state = 'available' AND use_before > ").opaque_number(to_micros(now));
    let query = query.sql(" AND (reserved_until IS NULL OR reserved_until <= ").opaque_number(to_micros(now));
    query.sql(") ORDER BY use_before, position, id LIMIT 1")
}

/// Whether there is a key that nobody has reserved, even if another transaction holds it at the moment.
pub fn has_free(conn: &mut Conn, entitlement_id: &EntitlementId, now: Timestamp) -> Result<bool, StorageError> {
    let row: Option<KeyRow> = first_free(entitlement_id, now).get_result(conn).optional()?;
    Ok(row.is_some())
}

/// The key that the grant would be delivered with, and whether it is reserved for it.
pub fn peek(
    conn: &mut Conn,
    entitlement_id: &EntitlementId,
    grant_id: &GrantId,
    now: Timestamp,
) -> Result<Option<(StockKeyId, BatchId, bool)>, StorageError> {
    let own: Option<KeyRow> = of_grant(entitlement_id, grant_id, now).get_result(conn).optional()?;
    let is_reserved = own.is_some();
    let row = match own {
        Some(row) => Some(row),
        None => first_free(entitlement_id, now).get_result(conn).optional()?,
    };
    Ok(row.map(|(id, batch_id, _)| (StockKeyId::stored(id), BatchId::stored(batch_id), is_reserved)))
}

/// Available → issued: from now on the value is in `license_keys` alone. `Conflict` if the key is no longer available.
pub fn mark_issued(
    tx: &mut Tx<'_>,
    key: &SealedStockKey,
    license_key_id: &LicenseKeyId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let available =
        stock_keys::table.find(key.id.as_str()).filter(stock_keys::state.eq(StockState::Available.as_str()));
    let changed = diesel::update(available)
        .set((
            stock_keys::state.eq(StockState::Issued.as_str()),
            stock_keys::ciphertext.eq(Vec::<u8>::new()),
            stock_keys::value_hash.eq(None::<Vec<u8>>),
            stock_keys::folded_hash.eq(None::<Vec<u8>>),
            stock_keys::reserved_for.eq(None::<String>),
            stock_keys::reserved_until.eq(None::<i64>),
            stock_keys::issued_at.eq(to_micros(now)),
            stock_keys::license_key_id.eq(license_key_id.as_str()),
            stock_keys::changed_at.eq(to_micros(now)),
        ))
        .cached()
        .execute(conn)?;
    if changed != 1 {
        return Err(StorageError::Conflict);
    }
    counts::change(tx, &key.batch_id, Some(StockState::Available), StockState::Issued, 1)
}

/// Reserves a key for a grant until then, or keeps the one that it has. Does nothing if no key is free.
pub fn reserve(
    tx: &mut Tx<'_>,
    entitlement_id: &EntitlementId,
    grant_id: &GrantId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Some(key) = next(tx, entitlement_id, grant_id, Held::Skip, now)? else { return Ok(()) };
    let conn: &mut Conn = tx;
    // A reservation of before that is over.
    let former = stock_keys::table
        .filter(stock_keys::reserved_for.eq(grant_id.as_str()))
        .filter(stock_keys::id.ne(key.id.as_str()));
    diesel::update(former)
        .set((stock_keys::reserved_for.eq(None::<String>), stock_keys::reserved_until.eq(None::<i64>)))
        .execute(conn)?;
    diesel::update(stock_keys::table.find(key.id.as_str()))
        .set((stock_keys::reserved_for.eq(grant_id.as_str()), stock_keys::reserved_until.eq(to_micros(until))))
        .execute(conn)?;
    Ok(())
}

/// Gives back the key that is reserved for a grant, if any.
pub fn give_back(tx: &mut Tx<'_>, grant_id: &GrantId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(stock_keys::table.filter(stock_keys::reserved_for.eq(grant_id.as_str())))
        .set((stock_keys::reserved_for.eq(None::<String>), stock_keys::reserved_until.eq(None::<i64>)))
        .cached()
        .execute(conn)?;
    Ok(())
}
