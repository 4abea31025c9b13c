//! Keys that were issued and nobody has got: they go back to where they came from.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{SealedStockKey, counts};
use crate::domain::ids::{BatchId, StockKeyId};
use crate::domain::stock::StockState;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::license_keys::KeyIndex;
use crate::storage::schema::stock_keys;

/// An issued key's value, sealed for stock again.
pub(crate) struct Returned<'a> {
    pub id: &'a StockKeyId,
    pub batch_id: &'a BatchId,
    pub ciphertext: &'a [u8],
    pub index: &'a KeyIndex,
}

/// Issued → available or quarantined, with its value; `Conflict` if it is not issued. Its license key must be gone.
pub(crate) fn put_back(
    tx: &mut Tx<'_>,
    key: &Returned<'_>,
    (to, reason): (StockState, Option<&str>),
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let issued = stock_keys::table.find(key.id.as_str()).filter(stock_keys::state.eq(StockState::Issued.as_str()));
    let changed = diesel::update(issued)
        .set((
            stock_keys::state.eq(to.as_str()),
            stock_keys::ciphertext.eq(key.ciphertext),
            stock_keys::value_hash.eq(key.index.value_hash.to_vec()),
            stock_keys::folded_hash.eq(key.index.folded_hash.map(Vec::from)),
            stock_keys::issued_at.eq(None::<i64>),
            stock_keys::license_key_id.eq(None::<String>),
            stock_keys::reason.eq(reason),
            stock_keys::changed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Err(StorageError::Conflict);
    }
    counts::change(tx, key.batch_id, Some(StockState::Issued), to, 1)
}

/// The available key with this value, if it lies in stock.
pub(crate) fn available(conn: &mut Conn, hash: &[u8]) -> Result<Option<SealedStockKey>, StorageError> {
    let row: Option<(String, String, Vec<u8>)> = stock_keys::table
        .filter(stock_keys::value_hash.eq(hash))
        .filter(stock_keys::state.eq(StockState::Available.as_str()))
        .select((stock_keys::id, stock_keys::batch_id, stock_keys::ciphertext))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, batch_id, ciphertext)| SealedStockKey {
        id: StockKeyId::stored(id),
        batch_id: BatchId::stored(batch_id),
        ciphertext,
    }))
}

/// Lets go of the license key that a stock key was issued as, so that it can be deleted.
pub(crate) fn let_go(tx: &mut Tx<'_>, id: &StockKeyId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(stock_keys::table.find(id.as_str()))
        .set(stock_keys::license_key_id.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}
