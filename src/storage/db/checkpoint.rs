//! Checkpoints of SQLite's write-ahead log.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::connection::Conn;
use super::error::StorageError;

/// The result of a checkpoint.
#[derive(Debug, Clone, Copy, Default, QueryableByName)]
pub(crate) struct Log {
    /// Not 0 if the checkpoint was blocked.
    #[diesel(sql_type = BigInt)]
    busy: i64,
    #[diesel(sql_type = BigInt, column_name = log)]
    pub pages: i64,
    #[diesel(sql_type = BigInt, column_name = checkpointed)]
    pub brought_in: i64,
}

/// Copies the log into the database file as far as possible without waiting for anyone.
pub(crate) fn checkpoint(conn: &mut Conn) -> Result<Log, StorageError> {
    run(conn, "PRAGMA wal_checkpoint(PASSIVE)")
}

/// Copies the log into the database file and truncates it; `false` if a reader was still using it.
pub(crate) fn empty(conn: &mut Conn) -> Result<bool, StorageError> {
    Ok(run(conn, "PRAGMA wal_checkpoint(TRUNCATE)")?.busy == 0)
}

/// Does nothing on PostgreSQL, which runs checkpoints automatically.
fn run(conn: &mut Conn, pragma: &str) -> Result<Log, StorageError> {
    match conn {
        Conn::Sqlite(conn) => Ok(diesel::sql_query(pragma).get_result(conn)?),
        Conn::Postgres(_) => Ok(Log::default()),
    }
}
