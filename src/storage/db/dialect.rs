//! The few statements that differ between SQLite and PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connection::Conn;
use super::error::StorageError;
use crate::domain::ids::{CustomerId, MessageId};
use crate::storage::sql::static_sql::KeptSql;

/// What is known of transactions that may still be writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Transactions below this number had started when it was read.
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

/// Tells which transactions have ended. SQLite writes one after the other, so that all have.
pub fn horizon(conn: &mut Conn) -> Result<Horizon, StorageError> {
    match conn {
        Conn::Sqlite(_) => Ok(Horizon { next: 0, ended: 0 }),
        Conn::Postgres(conn) => {
            let row: HorizonRow = diesel::sql_query(
                "SELECT pg_snapshot_xmax(s)::text::bigint AS next, pg_snapshot_xmin(s)::text::bigint AS ended
                 FROM pg_current_snapshot() AS s",
            )
            .get_result(conn)?;
            Ok(Horizon { next: row.next, ended: row.ended })
        }
    }
}

/// The highest sequence number the audit log has given out, where numbers have no gaps: SQLite takes a number back when
/// its transaction does not commit. On PostgreSQL they are drawn for good, and gaps are lawful: `None`.
pub fn gapless_until(conn: &mut Conn) -> Result<Option<i64>, StorageError> {
    match conn {
        Conn::Sqlite(conn) => {
            let query = "SELECT seq AS last FROM sqlite_sequence WHERE name = 'audit_entries'";
            let row: Option<LastRow> = diesel::sql_query(query).get_result(conn).optional()?;
            Ok(Some(row.map_or(0, |row| row.last)))
        }
        Conn::Postgres(_) => Ok(None),
    }
}

/// Lets one node at a time through until the transaction ends. On SQLite writing does that already.
pub fn lock_for_sealing(conn: &mut Conn) -> Result<(), StorageError> {
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute("SELECT pg_advisory_xact_lock(7242171)")?;
    }
    Ok(())
}

/// Keeps a customer as they are until the transaction ends, so that an erasure comes before it or after
/// it. On SQLite writing does that already.
pub fn hold_customer(conn: &mut Conn, id: &CustomerId) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        let held = KeptSql::<()>::new().sql("SELECT FROM customers WHERE id = ").text(id.as_str()).sql(" FOR SHARE");
        held.execute(conn)?;
    }
    Ok(())
}

/// `%text%` with the pattern's own signs made harmless, for `LIKE … ESCAPE '\\'`.
pub(in crate::storage) fn contains(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// The outbox message that has been due longest of those that meet `condition`. On PostgreSQL it and its
/// grant are locked, and what others hold is passed over: claiming waits for nobody, and nobody who holds
/// one of the two waits for the other. The grant is looked up message by message, whatever the planner
/// believes of the tables.
pub fn lock_first_due(
    conn: &mut Conn,
    condition: &'static str,
    due: &'static str,
    now: i64,
) -> Result<Option<MessageId>, StorageError> {
    let (select, lock) = if conn.is_sqlite() {
        ("SELECT id FROM outbox_messages", "")
    } else {
        (
            "SELECT id FROM outbox_messages AS message,
                 LATERAL (SELECT FROM grants WHERE grants.id = message.grant_id FOR NO KEY UPDATE SKIP LOCKED) AS held",
            " FOR NO KEY UPDATE OF message SKIP LOCKED",
        )
    };
    let query = KeptSql::<Text>::new().sql(select).sql(" WHERE ").sql(condition).sql(" AND ").sql(due).sql(" <= ");
    let query = query.number(now).sql(" ORDER BY ").sql(due).sql(", id LIMIT 1").sql(lock);
    let id: Option<String> = query.get_result(conn).optional()?;
    Ok(id.map(MessageId::stored))
}

/// Writes a consistent copy of the database to a file that does not exist yet.
pub fn back_up(conn: &mut Conn, file: &str) -> Result<(), BackUpError> {
    match conn {
        Conn::Sqlite(conn) => diesel::sql_query("VACUUM INTO $1")
            .bind::<Text, _>(file)
            .execute(conn)
            .map(drop)
            .map_err(|error| BackUpError::Storage(error.into())),
        Conn::Postgres(_) => Err(BackUpError::NotSqlite),
    }
}

/// Why there is no copy.
#[derive(Debug)]
pub enum BackUpError {
    /// PostgreSQL brings its own tool for this, `pg_dump`.
    NotSqlite,
    Storage(StorageError),
}
