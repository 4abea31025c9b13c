//! Files for customers, and which entitlements carry them, in which order.

pub mod downloads;

use std::collections::HashMap;

use diesel::prelude::*;

use crate::domain::file::{ContentHash, ContentType, FileName, MAX_FILES, StoredFile};
use crate::domain::ids::{EntitlementId, FileId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{entitlement_files, files};

#[derive(Queryable, Selectable)]
#[diesel(table_name = files)]
struct FileRow {
    id: String,
    name: String,
    note: Option<String>,
    content_type: String,
    size: i64,
    sha256: String,
    created_at: i64,
}

impl TryFrom<FileRow> for StoredFile {
    type Error = StorageError;

    fn try_from(row: FileRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the hash of {}", row.id));
        Ok(Self {
            hash: ContentHash::parse(&row.sha256).ok_or_else(corrupt)?,
            id: FileId::stored(row.id),
            name: FileName::stored(row.name),
            note: row.note,
            content_type: ContentType::stored(row.content_type),
            size: u64::try_from(row.size).unwrap_or_default(),
            created_at: from_micros(row.created_at),
        })
    }
}

/// Inserts a file.
pub(crate) fn insert(tx: &mut Tx<'_>, file: &StoredFile, created_by: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(files::table)
        .values((
            files::id.eq(file.id.as_str()),
            files::name.eq(file.name.as_str()),
            files::note.eq(&file.note),
            files::content_type.eq(file.content_type.as_str()),
            files::size.eq(i64::try_from(file.size).unwrap_or(i64::MAX)),
            files::sha256.eq(file.hash.as_str()),
            files::created_by.eq(created_by),
            files::created_at.eq(to_micros(file.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The files of an entitlement, in their order.
pub(crate) fn of_entitlement(conn: &mut Conn, id: &EntitlementId) -> Result<Vec<StoredFile>, StorageError> {
    Ok(of_entitlements(conn, &[id])?.remove(id).unwrap_or_default())
}

/// The files of these entitlements, in their order; an entitlement without files is left out.
pub(crate) fn of_entitlements(
    conn: &mut Conn,
    ids: &[&EntitlementId],
) -> Result<HashMap<EntitlementId, Vec<StoredFile>>, StorageError> {
    let mut found: HashMap<EntitlementId, Vec<StoredFile>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut rows: Vec<(String, i32, FileRow)> = entitlement_files::table
        .inner_join(files::table)
        .filter(entitlement_files::entitlement_id.eq_any(ids.iter().map(|id| id.as_str())))
        .select((entitlement_files::entitlement_id, entitlement_files::position, FileRow::as_select()))
        .load(conn)?;
    // There are few; no index has this order.
    rows.sort_by_key(|(_, position, _)| *position);
    for (id, _, row) in rows {
        found.entry(EntitlementId::stored(id)).or_default().push(row.try_into()?);
    }
    Ok(found)
}

/// The ids of those files that exist, among these.
pub(crate) fn existing(conn: &mut Conn, ids: &[FileId]) -> Result<Vec<FileId>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<String> =
        files::table.filter(files::id.eq_any(ids.iter().map(FileId::as_str))).select(files::id).load(conn)?;
    Ok(found.into_iter().map(FileId::stored).collect())
}

/// Sets which files an entitlement carries, in this order. Files that no entitlement carries any more are deleted.
pub(crate) fn set_of_entitlement(tx: &mut Tx<'_>, id: &EntitlementId, ids: &[FileId]) -> Result<(), StorageError> {
    let before = of_entitlement(tx, id)?;
    let conn: &mut Conn = tx;
    diesel::delete(entitlement_files::table.filter(entitlement_files::entitlement_id.eq(id.as_str()))).execute(conn)?;
    for (position, file_id) in (0_i32..).zip(ids.iter().take(MAX_FILES)) {
        diesel::insert_into(entitlement_files::table)
            .values((
                entitlement_files::entitlement_id.eq(id.as_str()),
                entitlement_files::file_id.eq(file_id.as_str()),
                entitlement_files::position.eq(position),
            ))
            .execute(conn)?;
    }
    for file in before.iter().filter(|file| !ids.contains(&file.id)) {
        let carried = entitlement_files::table.filter(entitlement_files::file_id.eq(file.id.as_str()));
        if carried.count().get_result::<i64>(conn)? == 0 {
            diesel::delete(files::table.find(file.id.as_str())).execute(conn)?;
        }
    }
    Ok(())
}

/// Changes the note of a file.
pub(crate) fn set_note(tx: &mut Tx<'_>, id: &FileId, note: Option<&str>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(files::table.find(id.as_str())).set(files::note.eq(note)).execute(conn)?;
    Ok(())
}

/// Whether there are any files.
pub(crate) fn exist(conn: &mut Conn) -> Result<bool, StorageError> {
    Ok(files::table.select(files::id).first::<String>(conn).optional()?.is_some())
}

/// Whether a file has this content.
pub(crate) fn has_content(conn: &mut Conn, hash: &ContentHash) -> Result<bool, StorageError> {
    let with_it = files::table.filter(files::sha256.eq(hash.as_str())).select(files::id);
    Ok(with_it.first::<String>(conn).optional()?.is_some())
}
