//! What the columns of files mean, remembered by their names.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::MappingId;
use crate::domain::sale::import::Mapping;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::column_mappings;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// More are not looked through.
const MOST: i64 = 1_000;

/// All mappings, by name.
pub(crate) fn list(conn: &mut Conn) -> Result<Vec<Mapping>, StorageError> {
    let rows: Vec<(String, String, String)> = column_mappings::table
        .order((column_mappings::name, column_mappings::id))
        .select((column_mappings::id, column_mappings::name, column_mappings::fields))
        .inline_limit(MOST)
        .load(conn)?;
    rows.into_iter()
        .map(|(id, name, columns)| {
            let columns = serde_json::from_str(&columns)
                .map_err(|error| StorageError::Corrupt(format!("the columns of {id}: {error}")))?;
            Ok(Mapping { id: MappingId::stored(id), name, columns })
        })
        .collect()
}

/// Remembers a mapping in place of the one for the same names.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    mapping: &Mapping,
    headers_hash: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let columns = serde_json::to_string(&mapping.columns).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    diesel::delete(column_mappings::table.filter(column_mappings::headers_hash.eq(headers_hash))).execute(conn)?;
    diesel::insert_into(column_mappings::table)
        .values((
            column_mappings::id.eq(mapping.id.as_str()),
            column_mappings::name.eq(&mapping.name),
            column_mappings::headers_hash.eq(headers_hash),
            column_mappings::fields.eq(columns),
            column_mappings::created_by.eq(by),
            column_mappings::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
