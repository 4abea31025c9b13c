//! Files of sales, which wait, sealed, until they are confirmed, and what became of them.

pub(crate) mod parts;

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::ids::{SaleImportId, StaffId};
use crate::domain::sale::import::ImportCounts;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{sale_import_parts, sale_imports, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// How many imports a page lists.
const LISTED: i64 = 50;

/// The associated data of a file.
pub(crate) fn source_data(row: &str) -> AssociatedData<'_> {
    AssociatedData { table: "sale_imports", column: "source", row }
}

/// A file of sales without its content.
#[derive(Debug, Clone)]
pub struct StoredImport {
    pub id: SaleImportId,
    pub staff_id: StaffId,
    pub file_name: String,
    /// How it is read, as the use case writes it.
    pub settings: String,
    /// Whose export it is, or the name of its layout; empty while nobody has said what its columns are.
    pub layout: String,
    /// The number of the reading that is shown.
    pub version: i64,
    /// The kinds of its lines, a letter each; empty once it is imported.
    pub kinds: String,
    pub counts: ImportCounts,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sale_imports)]
struct ImportRow {
    id: String,
    staff_id: String,
    file_name: String,
    settings: String,
    layout: String,
    version: i64,
    kinds: String,
    counts: String,
    created_at: i64,
    expires_at: i64,
    confirmed_at: Option<i64>,
    finished_at: Option<i64>,
}

impl From<ImportRow> for StoredImport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: SaleImportId::stored(row.id),
            staff_id: StaffId::stored(row.staff_id),
            file_name: row.file_name,
            settings: row.settings,
            layout: row.layout,
            version: row.version,
            kinds: row.kinds,
            counts: ImportCounts::parse(&row.counts),
            created_at: from_micros(row.created_at),
            expires_at: from_micros(row.expires_at),
            confirmed_at: from_optional(row.confirmed_at),
            finished_at: from_optional(row.finished_at),
        }
    }
}

/// Inserts a file with its sealed content.
pub(crate) fn insert(tx: &mut Tx<'_>, import: &StoredImport, source: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sale_imports::table)
        .values((
            sale_imports::id.eq(import.id.as_str()),
            sale_imports::staff_id.eq(import.staff_id.as_str()),
            sale_imports::file_name.eq(&import.file_name),
            sale_imports::source.eq(source),
            sale_imports::settings.eq(&import.settings),
            sale_imports::layout.eq(&import.layout),
            sale_imports::version.eq(import.version),
            sale_imports::kinds.eq(&import.kinds),
            sale_imports::counts.eq(import.counts.to_string()),
            sale_imports::created_at.eq(to_micros(import.created_at)),
            sale_imports::expires_at.eq(to_micros(import.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The import with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &SaleImportId) -> Result<StoredImport, StorageError> {
    let row: ImportRow = sale_imports::table.find(id.as_str()).select(ImportRow::as_select()).first(conn)?;
    Ok(row.into())
}

/// The sealed content of a file; empty once it is not needed any more.
pub(crate) fn source(conn: &mut Conn, id: &SaleImportId) -> Result<Vec<u8>, StorageError> {
    Ok(sale_imports::table.find(id.as_str()).select(sale_imports::source).first(conn)?)
}

/// The imports that were confirmed, newest first, with who did.
pub(crate) fn confirmed(conn: &mut Conn) -> Result<Vec<(StoredImport, String)>, StorageError> {
    let rows: Vec<(ImportRow, String)> = sale_imports::table
        .inner_join(staff::table)
        .filter(sale_imports::confirmed_at.is_not_null())
        .order((sale_imports::confirmed_at.desc(), sale_imports::id.desc()))
        .select((ImportRow::as_select(), staff::name))
        .inline_limit(LISTED)
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, name)| (row.into(), name)).collect())
}

/// The ids of those that still have lines.
pub(crate) fn with_lines(conn: &mut Conn) -> Result<Vec<SaleImportId>, StorageError> {
    let ids: Vec<String> = sale_import_parts::table
        .select(sale_import_parts::import_id)
        .distinct()
        .order(sale_import_parts::import_id)
        .load(conn)?;
    Ok(ids.into_iter().map(SaleImportId::stored).collect())
}

/// Locks an import's row until the transaction ends, if the database has row locks.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &SaleImportId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(sale_imports::table.find(id.as_str())).set(sale_imports::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// What a reading has found.
pub(crate) struct NewReading<'a> {
    pub version: i64,
    pub settings: &'a str,
    pub layout: &'a str,
    pub kinds: &'a str,
    pub counts: &'a ImportCounts,
}

/// Shows another reading of a file that waits; `Conflict` if it was confirmed.
pub(crate) fn set_reading(
    tx: &mut Tx<'_>,
    id: &SaleImportId,
    reading: &NewReading<'_>,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let waiting = sale_imports::table.find(id.as_str()).filter(sale_imports::confirmed_at.is_null());
    let changed = diesel::update(waiting)
        .set((
            sale_imports::version.eq(reading.version),
            sale_imports::settings.eq(reading.settings),
            sale_imports::layout.eq(reading.layout),
            sale_imports::kinds.eq(reading.kinds),
            sale_imports::counts.eq(reading.counts.to_string()),
            sale_imports::expires_at.eq(to_micros(expires_at)),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::Conflict) }
}

/// Confirms an import: its file is not needed any more.
pub(crate) fn confirm(tx: &mut Tx<'_>, id: &SaleImportId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let waiting = sale_imports::table.find(id.as_str()).filter(sale_imports::confirmed_at.is_null());
    let changed = diesel::update(waiting)
        .set((sale_imports::source.eq(Vec::<u8>::new()), sale_imports::confirmed_at.eq(to_micros(now))))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::Conflict) }
}

/// Records what became of its lines so far.
pub(crate) fn set_counts(tx: &mut Tx<'_>, id: &SaleImportId, counts: &ImportCounts) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_imports::table.find(id.as_str()))
        .set(sale_imports::counts.eq(counts.to_string()))
        .execute(conn)?;
    Ok(())
}

/// Records that all lines are imported.
pub(crate) fn finish(tx: &mut Tx<'_>, id: &SaleImportId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_imports::table.find(id.as_str()))
        .set((sale_imports::kinds.eq(""), sale_imports::finished_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Empties the file of an import that waits.
pub(crate) fn empty_source(tx: &mut Tx<'_>, id: &SaleImportId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_imports::table.find(id.as_str()))
        .set(sale_imports::source.eq(Vec::<u8>::new()))
        .execute(conn)?;
    Ok(())
}

/// Deletes an import with its lines.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &SaleImportId) -> Result<(), StorageError> {
    parts::delete(tx, id, None)?;
    let conn: &mut Conn = tx;
    diesel::delete(sale_imports::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

/// Deletes what nobody confirmed in time; returns how many.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let ids: Vec<String> = sale_imports::table
        .filter(sale_imports::expires_at.le(to_micros(now)))
        .filter(sale_imports::confirmed_at.is_null())
        .select(sale_imports::id)
        .load(conn)?;
    for id in &ids {
        diesel::delete(sale_import_parts::table.filter(sale_import_parts::import_id.eq(id))).execute(conn)?;
        let waiting = sale_imports::table.find(id).filter(sale_imports::confirmed_at.is_null());
        diesel::delete(waiting).execute(conn)?;
    }
    Ok(ids.len())
}

/// Deletes the lines of imports that ended before a moment.
pub(crate) fn purge_lines(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StorageError> {
    for id in with_lines(tx)? {
        let conn: &mut Conn = tx;
        let finished: Option<i64> =
            sale_imports::table.find(id.as_str()).select(sale_imports::finished_at).first(conn)?;
        if finished.is_some_and(|at| at <= to_micros(before)) {
            parts::delete(tx, &id, None)?;
        }
    }
    Ok(())
}
