//! The keys that encrypt values, in addition to the one derived from the secret. Keys are never deleted: a backup, or
//! a value written at the last moment, may need them.

use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::WrappedKey;
use crate::storage::db::Tx;
use crate::storage::db::connection::{Conn, Target};
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::encryption_keys;

/// Reads the keys on a separate connection. Callers already hold a connection from the pool, and if all of them looked
/// for a new key at once, none would get a second one.
pub(crate) struct KeyReader {
    target: Target,
    conn: Mutex<Option<Conn>>,
}

impl KeyReader {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, conn: Mutex::new(None) }
    }

    /// Every key, oldest first. Connects if there is no connection yet or it is lost.
    pub(crate) fn read(&self) -> Result<Vec<WrappedKey>, StorageError> {
        let mut kept = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut conn) = kept.take()
            && let Ok(keys) = list(&mut conn)
        {
            *kept = Some(conn);
            return Ok(keys);
        }
        let mut conn = Conn::open(&self.target).map_err(|error| StorageError::Busy(error.to_string()))?;
        let keys = list(&mut conn)?;
        *kept = Some(conn);
        Ok(keys)
    }
}

/// Every key, oldest first.
pub(crate) fn list(conn: &mut Conn) -> Result<Vec<WrappedKey>, StorageError> {
    let rows: Vec<(String, Vec<u8>)> = encryption_keys::table
        .order((encryption_keys::created_at, encryption_keys::id))
        .select((encryption_keys::id, encryption_keys::wrapped))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, wrapped)| WrappedKey { id, wrapped }).collect())
}

/// The key whose re-encryption of older values is still in progress, and when it was added.
pub fn incomplete(conn: &mut Conn) -> Result<Option<(String, Timestamp)>, StorageError> {
    let row: Option<(String, i64)> = encryption_keys::table
        .filter(encryption_keys::completed_at.is_null())
        .order(encryption_keys::created_at.desc())
        .select((encryption_keys::id, encryption_keys::created_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, created_at)| (id, from_micros(created_at))))
}

/// Inserts a new key.
pub(crate) fn insert(tx: &mut Tx<'_>, key: &WrappedKey, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    // Its time must be later than the others' whatever the clock says, because the newest key encrypts.
    let newest: Option<i64> = encryption_keys::table
        .order(encryption_keys::created_at.desc())
        .select(encryption_keys::created_at)
        .first(conn)
        .optional()?;
    let created_at = newest.map_or(to_micros(now), |newest| to_micros(now).max(newest + 1));
    diesel::insert_into(encryption_keys::table)
        .values((
            encryption_keys::id.eq(&key.id),
            encryption_keys::wrapped.eq(&key.wrapped),
            encryption_keys::created_at.eq(created_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Records that no value under an older key is left.
pub(crate) fn complete(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(encryption_keys::table.find(id))
        .set(encryption_keys::completed_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}
