//! The lines of files of sales, sealed, some hundred in a row.

use diesel::prelude::*;

use crate::crypto::AssociatedData;
use crate::domain::ids::SaleImportId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::sale_import_parts;

/// The associated data of a part.
pub(crate) fn associated_data(row: &str) -> AssociatedData<'_> {
    AssociatedData { table: "sale_import_parts", column: "content", row }
}

/// The id of a part of a reading.
pub(crate) fn id_of(import_id: &SaleImportId, version: i64, number: i64) -> String {
    format!("{import_id}.{version}.{number}")
}

/// Inserts a part with its sealed content.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    (import_id, version, number): (&SaleImportId, i64, i64),
    content: &[u8],
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sale_import_parts::table)
        .values((
            sale_import_parts::id.eq(id_of(import_id, version, number)),
            sale_import_parts::import_id.eq(import_id.as_str()),
            sale_import_parts::version.eq(version),
            sale_import_parts::number.eq(number),
            sale_import_parts::content.eq(content),
        ))
        .execute(conn)?;
    Ok(())
}

/// The sealed content of a part; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &str) -> Result<Vec<u8>, StorageError> {
    Ok(sale_import_parts::table.find(id).select(sale_import_parts::content).first(conn)?)
}

/// Replaces the content of a part.
pub(crate) fn set(tx: &mut Tx<'_>, id: &str, content: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_import_parts::table.find(id)).set(sale_import_parts::content.eq(content)).execute(conn)?;
    Ok(())
}

/// The ids of all parts of a reading, in order.
pub(crate) fn ids(conn: &mut Conn, import_id: &SaleImportId, version: i64) -> Result<Vec<String>, StorageError> {
    Ok(sale_import_parts::table
        .filter(sale_import_parts::import_id.eq(import_id.as_str()))
        .filter(sale_import_parts::version.eq(version))
        .order(sale_import_parts::number)
        .select(sale_import_parts::id)
        .load(conn)?)
}

/// Deletes the parts of an import, but those of the reading to keep.
pub(crate) fn delete(tx: &mut Tx<'_>, import_id: &SaleImportId, kept: Option<i64>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_import = sale_import_parts::table.filter(sale_import_parts::import_id.eq(import_id.as_str()));
    diesel::delete(of_import.filter(sale_import_parts::version.ne(kept.unwrap_or(-1)))).execute(conn)?;
    Ok(())
}

/// Deletes one part.
pub(crate) fn delete_one(tx: &mut Tx<'_>, id: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(sale_import_parts::table.find(id)).execute(conn)?;
    Ok(())
}
