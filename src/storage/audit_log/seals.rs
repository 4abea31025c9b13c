//! Seals over the audit log: each covers a range of entries and the previous seal, which reveals entries that were
//! changed, removed or inserted later.

use diesel::prelude::*;
use jiff::Timestamp;

use super::SealedFields;
use crate::crypto::hex;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{audit_entries, audit_seals};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// A seal over the entries from `first_sequence` to `last_sequence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub number: i64,
    pub first_sequence: i64,
    pub last_sequence: i64,
    pub entries: i64,
    pub sealed_at: Timestamp,
    pub mac: Vec<u8>,
}

impl Seal {
    /// The seal's number and the first digits of its hash, to be stored elsewhere for later comparison.
    pub fn head(&self) -> String {
        format!("{}:{}", self.number, hex(self.mac.get(..8).unwrap_or(&self.mac)))
    }

    /// Whether the seal's hash starts with these hexadecimal digits.
    pub fn begins_with(&self, digits: &str) -> bool {
        hex(&self.mac).starts_with(&digits.to_ascii_lowercase())
    }
}

type SealRow = (i64, i64, i64, i64, i64, Vec<u8>);

fn to_seal((number, first_sequence, last_sequence, entries, sealed_at, mac): SealRow) -> Seal {
    Seal { number, first_sequence, last_sequence, entries, sealed_at: from_micros(sealed_at), mac }
}

/// The newest seal.
pub fn last(conn: &mut Conn) -> Result<Option<Seal>, StorageError> {
    let row: Option<SealRow> =
        audit_seals::table.order(audit_seals::number.desc()).inline_limit(1).get_result(conn).optional()?;
    Ok(row.map(to_seal))
}

/// The seal with this number.
pub fn find(conn: &mut Conn, number: i64) -> Result<Option<Seal>, StorageError> {
    let row: Option<SealRow> = audit_seals::table.find(number).first(conn).optional()?;
    Ok(row.map(to_seal))
}

/// Seals with higher numbers, in order.
pub fn after(conn: &mut Conn, number: i64, limit: i64) -> Result<Vec<Seal>, StorageError> {
    let rows: Vec<SealRow> = audit_seals::table
        .filter(audit_seals::number.gt(number))
        .order(audit_seals::number.asc())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(to_seal).collect())
}

/// Inserts a seal; `Conflict` if another node was faster.
pub fn insert(tx: &mut Tx<'_>, seal: &Seal) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::number.eq(seal.number),
            audit_seals::first_sequence.eq(seal.first_sequence),
            audit_seals::last_sequence.eq(seal.last_sequence),
            audit_seals::entries.eq(seal.entries),
            audit_seals::sealed_at.eq(to_micros(seal.sealed_at)),
            audit_seals::mac.eq(&seal.mac),
        ))
        .execute(conn)?;
    Ok(())
}

/// The highest visible sequence number; 0 if the log is empty.
pub fn last_sequence(conn: &mut Conn) -> Result<i64, StorageError> {
    let last: Option<i64> = audit_entries::table
        .order(audit_entries::sequence.desc())
        .select(audit_entries::sequence)
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Entries numbered from `after`, exclusive, to `until`, inclusive, in order.
pub fn entries(conn: &mut Conn, after: i64, until: i64, limit: i64) -> Result<Vec<SealedFields>, StorageError> {
    Ok(audit_entries::table
        .filter(audit_entries::sequence.gt(after))
        .filter(audit_entries::sequence.le(until))
        .order(audit_entries::sequence.asc())
        .limit(limit)
        .load(conn)?)
}

/// The sequence numbers and keyed hashes of the entries that [`entries`] would return.
pub fn macs(conn: &mut Conn, after: i64, until: i64, limit: i64) -> Result<Vec<(i64, Vec<u8>)>, StorageError> {
    Ok(audit_entries::table
        .filter(audit_entries::sequence.gt(after))
        .filter(audit_entries::sequence.le(until))
        .order(audit_entries::sequence.asc())
        .select((audit_entries::sequence, audit_entries::mac))
        .inline_limit(limit)
        .load(conn)?)
}
