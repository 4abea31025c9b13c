//! One connection type for both databases, and its setup.

use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, ConnectionError, MultiConnection};

use super::postgres_url::with_limits;
use crate::config::DatabaseUrl;

/// The location of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Sqlite(std::path::PathBuf),
    /// A `postgres://…` URL.
    Postgres(String),
}

impl From<&DatabaseUrl> for Target {
    fn from(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::Sqlite(path) => Self::Sqlite(path.clone()),
            DatabaseUrl::Postgres(url) => Self::Postgres(url.clone()),
        }
    }
}

/// A connection to either database.
#[derive(MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Conn {
    /// Opens a connection and applies the settings that every connection needs.
    pub fn open(target: &Target) -> Result<Self, ConnectionError> {
        match target {
            Target::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                switch_to_wal(&mut conn).map_err(ConnectionError::CouldntSetupConfiguration)?;
                // Freed space is always overwritten, not only when a customer is erased: by then their rows may have
                // moved between pages, and every former place would still contain them.
                conn.batch_execute(
                    "PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON;
                     PRAGMA temp_store = MEMORY;
                     PRAGMA mmap_size = 0;
                     PRAGMA cache_size = -1792;
                     PRAGMA journal_size_limit = 67108864;
                     PRAGMA wal_autocheckpoint = 32768;
                     PRAGMA secure_delete = ON;
                     PRAGMA trusted_schema = OFF;",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Self::Sqlite(conn))
            }
            Target::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_limits(url))?;
                conn.batch_execute(
                    // JIT compilation and starting parallel workers take longer than any of our queries.
                    "SET TIME ZONE 'UTC';
                     SET jit = off;
                     SET max_parallel_workers_per_gather = 0;
                     SET statement_timeout = '30s';
                     SET lock_timeout = '5s';
                     SET idle_in_transaction_session_timeout = '60s';",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Self::Postgres(conn))
            }
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Starts a transaction that may write. SQLite takes its write lock immediately, because a transaction that reads
    /// first and writes later fails if another writer came in between.
    pub(super) fn begin_write(&mut self) -> Result<(), diesel::result::Error> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    /// Opens a savepoint in the current transaction; it must be committed or rolled back next.
    pub(super) fn begin_part(&mut self) -> Result<(), diesel::result::Error> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    pub(super) fn commit(&mut self) -> Result<(), diesel::result::Error> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
        }
    }

    pub(super) fn roll_back(&mut self) -> Result<(), diesel::result::Error> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::rollback_transaction(conn),
        }
    }

    /// Whether the server has closed the connection, judging only by what has been received, without a query. A final
    /// message from the server is read first, so only a second call sees the end of the stream behind it.
    pub(super) fn is_lost(&mut self) -> bool {
        if self.is_unusable() {
            return true;
        }
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(conn) => (0..2).any(|_| conn.notifications_iter().any(|arrived| arrived.is_err())),
        }
    }

    /// Whether the connection is in a state that does not allow reuse.
    fn is_unusable(&mut self) -> bool {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::is_broken_transaction_manager(conn),
            Self::Postgres(conn) => AnsiTransactionManager::is_broken_transaction_manager(conn),
        }
    }
}

/// Switches the file to WAL mode. If several processes open a new file at once, SQLite rejects all but one immediately
/// instead of waiting; the others retry for as long as they would have waited.
fn switch_to_wal(conn: &mut SqliteConnection) -> Result<(), diesel::result::Error> {
    conn.batch_execute("PRAGMA busy_timeout = 5000;")?;
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL;") {
            Err(error) if Instant::now() < deadline && error.to_string().contains("database is locked") => {
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
}

/// Creates connections for the pool.
#[derive(Debug)]
pub struct Manager {
    pub target: Target,
    /// For SQLite's only writing connection. Its page cache stays valid because nobody else changes the file, so it
    /// gets a larger one.
    pub is_writer: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Conn, ConnectionError> {
        let mut conn = Conn::open(&self.target)?;
        if self.is_writer {
            conn.batch_execute("PRAGMA cache_size = -7168;").map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectionError> {
        if conn.is_lost() { Err(ConnectionError::BadConnection("the connection is lost".to_owned())) } else { Ok(()) }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_lost()
    }
}
