//! Applies database migrations. If several nodes start at once, they take turns: through an advisory lock on
//! PostgreSQL, through the write lock on SQLite.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{Conn, Target};
use super::error::StorageError;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock's number: arbitrary, but the same on every node.
const LOCK: &str = "7242170";

/// Applies pending migrations and returns their names.
pub fn run(target: &Target) -> Result<Vec<String>, StorageError> {
    let mut conn = Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?;
    if conn.is_sqlite() {
        return run_on_sqlite(&mut conn);
    }
    let applied = match &mut conn {
        Conn::Sqlite(_) => Ok(Vec::new()),
        Conn::Postgres(conn) => {
            conn.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0;")?;
            conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
            let applied = conn.run_pending_migrations(POSTGRES).map(names);
            conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
            applied
        }
    };
    applied.map_err(|error| StorageError::Database(format!("a migration failed: {error}")))
}

/// Applies everything in one transaction that holds the write lock, so that a second process finds nothing left to do.
fn run_on_sqlite(conn: &mut Conn) -> Result<Vec<String>, StorageError> {
    if are_applied(conn)? {
        return Ok(Vec::new());
    }
    conn.begin_write()?;
    let applied = match conn {
        Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(names),
        Conn::Postgres(_) => Ok(Vec::new()),
    };
    match applied {
        Ok(applied) => {
            conn.commit()?;
            Ok(applied)
        }
        Err(error) => {
            let failed = StorageError::Database(format!("a migration failed: {error}"));
            conn.roll_back()?;
            Err(failed)
        }
    }
}

/// Whether all migrations have been applied.
pub fn are_applied(conn: &mut Conn) -> Result<bool, StorageError> {
    let pending = match conn {
        Conn::Sqlite(conn) => conn.has_pending_migration(SQLITE),
        Conn::Postgres(conn) => conn.has_pending_migration(POSTGRES),
    };
    pending.map(|pending| !pending).map_err(|error| StorageError::Database(error.to_string()))
}

/// Reverts all migrations; for tests of the migrations themselves.
pub fn undo_all(target: &Target) -> Result<(), StorageError> {
    let mut conn = Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?;
    let undone = match &mut conn {
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
    };
    undone.map_err(|error| StorageError::Database(error.to_string()))
}

fn names(versions: Vec<diesel::migration::MigrationVersion<'_>>) -> Vec<String> {
    versions.into_iter().map(|version| version.to_string()).collect()
}
