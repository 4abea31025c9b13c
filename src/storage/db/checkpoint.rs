//! SQLite's log of writes, which is brought into the database file from time to time.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::connection::Conn;
use super::error::StorageError;

/// What a look at the log found.
#[derive(Debug, Clone, Copy, Default, QueryableByName)]
pub struct Log {
    /// Not 0 where somebody was in the way.
    #[diesel(sql_type = BigInt)]
    busy: i64,
    #[diesel(sql_type = BigInt, column_name = log)]
    pub pages: i64,
    #[diesel(sql_type = BigInt, column_name = checkpointed)]
    pub brought_in: i64,
}

/// Brings the log into the file as far as nobody is in the way, and waits for nobody.
pub fn bring_in(conn: &mut Conn) -> Result<Log, StorageError> {
    checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)")
}

/// Brings the log into the file and empties it; `false` where somebody was reading from it.
pub fn empty(conn: &mut Conn) -> Result<bool, StorageError> {
    Ok(checkpoint(conn, "PRAGMA wal_checkpoint(TRUNCATE)")?.busy == 0)
}

/// PostgreSQL does this by itself.
fn checkpoint(conn: &mut Conn, pragma: &str) -> Result<Log, StorageError> {
    match conn {
        Conn::Sqlite(conn) => Ok(diesel::sql_query(pragma).get_result(conn)?),
        Conn::Postgres(_) => Ok(Log::default()),
    }
}
