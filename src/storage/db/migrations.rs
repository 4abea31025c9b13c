//! Applies database migrations. If several nodes start at once, they take turns: through an advisory lock on
//! PostgreSQL, through the write lock on SQLite.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{Conn, Target};
use super::error::StorageError;
use crate::storage::sql::static_sql::StaticSql;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock's number: arbitrary, but the same on every node.
const LOCK: &str = "7242170";

/// Applies pending migrations and returns their names; fails if a newer version has applied others.
pub fn run(target: &Target) -> Result<Vec<String>, StorageError> {
    let mut conn = Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?;
    refuse_foreign(&mut conn)?;
    if conn.is_sqlite() {
        refuse_newer(&mut conn)?;
        return run_on_sqlite(&mut conn);
    }
    conn.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0;")?;
    // Even asking for what was applied creates a table where there is none.
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let applied = run_on_postgres(&mut conn);
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    applied
}

fn run_on_postgres(conn: &mut Conn) -> Result<Vec<String>, StorageError> {
    refuse_newer(conn)?;
    let applied = match conn {
        Conn::Sqlite(_) => Ok(Vec::new()),
        Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(names),
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

/// Fails if a SQLite file belongs to another program: it has tables, but none of ours.
fn refuse_foreign(conn: &mut Conn) -> Result<(), StorageError> {
    if !conn.is_sqlite() {
        return Ok(());
    }
    let count = "SELECT count(*), coalesce(sum(name = '__diesel_schema_migrations'), 0) FROM sqlite_master WHERE type = 'table'";
    let (tables, migrated): (i64, i64) = StaticSql::<(BigInt, BigInt)>::new().sql(count).get_result(conn)?;
    if tables > 0 && migrated == 0 {
        return Err(StorageError::Database("the file is the database of another program, not of Keydesk".to_owned()));
    }
    Ok(())
}

/// Fails if the database has migrations that this program does not know.
fn refuse_newer(conn: &mut Conn) -> Result<(), StorageError> {
    let (applied, own) = match conn {
        Conn::Sqlite(conn) => (conn.applied_migrations(), versions::<Sqlite>(&SQLITE)),
        Conn::Postgres(conn) => (conn.applied_migrations(), versions::<Pg>(&POSTGRES)),
    };
    let applied = applied.map_err(|error| StorageError::Database(error.to_string()))?;
    let newest = names(applied).into_iter().max().unwrap_or_default();
    let Some(own) = own.into_iter().max() else { return Ok(()) };
    if newest > own {
        return Err(StorageError::Database(format!(
            "the database is at version {newest}, this program only knows it up to {own}; start the newer program, or restore a backup made before it"
        )));
    }
    Ok(())
}

/// The versions of the embedded migrations.
fn versions<B: Backend>(source: &impl MigrationSource<B>) -> Vec<String> {
    let migrations = source.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
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
