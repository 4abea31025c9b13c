//! The statements that differ between SQLite and PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;

use super::connection::Conn;
use super::error::StorageError;
use super::left_log::LAST_START;
use crate::domain::ids::{CustomerId, MessageId, StaffId};
use crate::domain::outbox::Queue;
use crate::storage::schema::installation;
use crate::storage::sql::static_sql::StaticSql;

/// Which transactions may still be writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// Transactions below this number had started at the time of reading.
    pub next: i64,
    /// All transactions below this number have ended.
    pub ended: i64,
}

#[derive(QueryableByName)]
struct HorizonRow {
    #[diesel(sql_type = BigInt)]
    next: i64,
    #[diesel(sql_type = BigInt)]
    ended: i64,
}

#[derive(QueryableByName)]
struct LastRow {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Reads which transactions have ended. SQLite writes one at a time, so all of them have.
pub(crate) fn horizon(conn: &mut Conn) -> Result<Horizon, StorageError> {
    match conn {
        Conn::Sqlite(_) => Ok(Horizon { next: 0, ended: 0 }),
        Conn::Postgres(conn) => {
            // A snapshot's xmax is no upper bound: open transactions that are newer than any ended one lie above it.
            // An id that is assigned now lies above all of them.
            let row: HorizonRow = diesel::sql_query(
                "SELECT pg_current_xact_id()::text::bigint AS next,
                 pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS ended",
            )
            .get_result(conn)?;
            Ok(Horizon { next: row.next, ended: row.ended })
        }
    }
}

/// The highest sequence number assigned by the audit log, if numbers have no gaps: SQLite reuses a number if its
/// transaction is rolled back. `None` on PostgreSQL, where a rollback leaves a legitimate gap.
pub(crate) fn gapless_until(conn: &mut Conn) -> Result<Option<i64>, StorageError> {
    match conn {
        Conn::Sqlite(conn) => {
            let query = "SELECT seq AS last FROM sqlite_sequence WHERE name = 'audit_entries'";
            let row: Option<LastRow> = diesel::sql_query(query).get_result(conn).optional()?;
            Ok(Some(row.map_or(0, |row| row.last)))
        }
        Conn::Postgres(_) => Ok(None),
    }
}

/// Lets one node at a time continue until its transaction ends. On SQLite the write lock does that.
pub(crate) fn lock_for_sealing(conn: &mut Conn) -> Result<(), StorageError> {
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute("SELECT pg_advisory_xact_lock(7242171)")?;
    }
    Ok(())
}

/// Locks a customer until the transaction ends, so that an erasure happens before it or after it. On SQLite the write
/// lock does that.
pub(crate) fn hold_customer(conn: &mut Conn, id: &CustomerId) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        let held = StaticSql::<()>::new().sql("SELECT FROM customers WHERE id = ").text(id.as_str()).sql(" FOR SHARE");
        held.execute(conn)?;
    }
    Ok(())
}

/// Reads nothing, but keeps a person from being disabled or given another role until the transaction ends. On SQLite the
/// write lock does that.
pub(crate) fn hold_staff(conn: &mut Conn, id: &StaffId) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        StaticSql::<()>::new()
            .sql("SELECT FROM staff WHERE id = ")
            .text(id.as_str())
            .sql(" FOR SHARE")
            .execute(conn)?;
    }
    Ok(())
}

/// Lets one transaction of a person at a time choose what they hold. On SQLite the write lock does that.
pub(crate) fn lock_desk_of(conn: &mut Conn, id: &StaffId) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        let lock = StaticSql::<Text>::new().sql("SELECT CAST(pg_advisory_xact_lock(7242173, hashtext(");
        lock.text(id.as_str()).sql(")) AS TEXT)").get_result::<String>(conn)?;
    }
    Ok(())
}

/// Before a value is issued: waits for those who add to stock, and lets them wait until the transaction ends, so that a
/// value that is looked for in one of the two places does not come in at the other. On SQLite the write lock does that.
pub(crate) fn hold_values_for_issuing(conn: &mut Conn) -> Result<(), StorageError> {
    advisory_lock(conn, "SELECT CAST(pg_advisory_xact_lock_shared(7242172) AS TEXT)")
}

/// Before values are added to stock: waits for those who issue values or add others, and lets them wait until the
/// transaction ends.
pub(crate) fn hold_values_for_adding(conn: &mut Conn) -> Result<(), StorageError> {
    advisory_lock(conn, "SELECT CAST(pg_advisory_xact_lock(7242172) AS TEXT)")
}

fn advisory_lock(conn: &mut Conn, query: &'static str) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        StaticSql::<Text>::new().sql(query).get_result::<String>(conn)?;
    }
    Ok(())
}

/// `%text%` with its wildcards escaped, for `LIKE … ESCAPE '\\'`.
pub(in crate::storage) fn contains(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// An upper bound: all texts that start with `text` sort before it.
pub(in crate::storage) fn beyond(text: &str) -> String {
    format!("{text}\u{10FFFF}")
}

/// The outbox message of a queue that has been due longest among those that meet `condition`. On PostgreSQL the message
/// is locked, an e-mail together with its grant, and rows locked by others are skipped, so claiming waits for nobody,
/// and holders of the two rows never wait for each other. The grant is looked up message by message, regardless of the
/// planner's statistics.
pub(crate) fn lock_first_due(
    conn: &mut Conn,
    queue: &Queue,
    condition: &'static str,
    due: &'static str,
    now: i64,
) -> Result<Option<MessageId>, StorageError> {
    let (source, grant, lock) = match (conn.is_sqlite(), queue.is_mail()) {
        (true, _) => ("", "", ""),
        (false, false) => ("", "", " FOR NO KEY UPDATE SKIP LOCKED"),
        (false, true) => (
            " LEFT JOIN LATERAL (
                 SELECT TRUE AS is_locked FROM grants WHERE grants.id = message.grant_id FOR NO KEY UPDATE SKIP LOCKED
             ) AS held ON TRUE",
            " AND (message.grant_id IS NULL OR held.is_locked)",
            " FOR NO KEY UPDATE OF message SKIP LOCKED",
        ),
    };
    let query = StaticSql::<Text>::new().sql("SELECT id FROM outbox_messages AS message").sql(source);
    let query = query.sql(" WHERE queue = ").text(queue.as_str()).sql(" AND ").sql(condition).sql(" AND ").sql(due);
    let query = query.sql(" <= ").number(now).sql(grant).sql(" ORDER BY ").sql(due).sql(", id LIMIT 1").sql(lock);
    let id: Option<String> = query.get_result(conn).optional()?;
    Ok(id.map(MessageId::stored))
}

/// Writes a consistent copy of the database to an empty file. It does not have the id of the last start, because no log
/// belongs to it.
pub(crate) fn back_up(conn: &mut Conn, file: &str) -> Result<(), BackUpError> {
    let Conn::Sqlite(conn) = conn else { return Err(BackUpError::NotSqlite) };
    diesel::sql_query("VACUUM INTO $1").bind::<Text, _>(file).execute(conn).map_err(StorageError::from)?;
    let mut copy = SqliteConnection::establish(file).map_err(|error| StorageError::Busy(error.to_string()))?;
    diesel::delete(installation::table.find(LAST_START)).execute(&mut copy).map_err(StorageError::from)?;
    Ok(())
}

/// Why a backup failed.
#[derive(Debug)]
pub(crate) enum BackUpError {
    /// PostgreSQL has its own tool for this, `pg_dump`.
    NotSqlite,
    Storage(StorageError),
}

impl From<StorageError> for BackUpError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
