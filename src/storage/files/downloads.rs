//! How often a file was downloaded for which grant.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use crate::domain::ids::{CustomerId, FileId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{file_downloads, grants};
use crate::storage::sql::static_sql::StaticSql;

/// The downloads of a file for one grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Downloads {
    pub count: i64,
    pub last_at: Timestamp,
}

/// Counts a download. The grant must be locked.
pub(crate) fn note(tx: &mut Tx<'_>, grant_id: &GrantId, id: &FileId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let row = file_downloads::table.find((grant_id.as_str(), id.as_str()));
    let counted = diesel::update(row)
        .set((file_downloads::count.eq(file_downloads::count + 1), file_downloads::last_at.eq(to_micros(now))))
        .execute(conn)?;
    if counted == 0 {
        diesel::insert_into(file_downloads::table)
            .values((
                file_downloads::grant_id.eq(grant_id.as_str()),
                file_downloads::file_id.eq(id.as_str()),
                file_downloads::count.eq(1_i64),
                file_downloads::first_at.eq(to_micros(now)),
                file_downloads::last_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The downloads for a grant, by file.
pub(crate) fn of_grant(conn: &mut Conn, id: &GrantId) -> Result<HashMap<FileId, Downloads>, StorageError> {
    let rows: Vec<(String, i64, i64)> = file_downloads::table
        .filter(file_downloads::grant_id.eq(id.as_str()))
        .select((file_downloads::file_id, file_downloads::count, file_downloads::last_at))
        .load(conn)?;
    let downloads = |count, last_at| Downloads { count, last_at: from_micros(last_at) };
    Ok(rows.into_iter().map(|(id, count, last)| (FileId::stored(id), downloads(count, last))).collect())
}

/// How often a file was downloaded by anybody.
pub(crate) fn count_of(conn: &mut Conn, id: &FileId) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new().sql("SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM file_downloads");
    Ok(query.sql(" WHERE file_id = ").text(id.as_str()).get_result(conn)?)
}

/// Deletes what is known of downloads for a customer's grants.
pub(in crate::storage) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let theirs = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    diesel::delete(file_downloads::table.filter(file_downloads::grant_id.eq_any(theirs))).execute(conn)?;
    Ok(())
}
