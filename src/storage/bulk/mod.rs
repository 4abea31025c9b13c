//! Bulk loading, for demo data: drops indexes and keys as far as the database allows, writes the rows table by table,
//! and recreates what was dropped, all in one transaction. A failed load leaves nothing behind.

mod rows;
mod structure;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

pub use rows::Rows;

use super::db::connection::Conn;
use super::db::error::StorageError;
use super::schema::{audit_entries, customers, grants, license_keys, outbox_attempts, outbox_messages};

/// The tables that are loaded.
const TABLES: [&str; 6] =
    ["customers", "license_keys", "grants", "outbox_messages", "outbox_attempts", "audit_entries"];

/// SQLite's page cache during random writes: 128 MiB; and while it sorts indexes: 32 MiB.
const PAGES_IN_KIB: i32 = -131_072;
const PAGES_WHILE_SORTING_IN_KIB: i32 = -32_768;

/// Prepares a connection for one long load; it must not be used for anything else afterwards. A process with exclusive
/// use of the SQLite file writes directly into it and journals only the pages that existed before, since a write-ahead
/// log would grow to the size of the load and be copied afterwards. If another process opens the file, SQLite keeps
/// the write-ahead log.
pub fn prepare(conn: &mut Conn, is_alone: bool) -> Result<(), StorageError> {
    match conn {
        // Demo data may be lost in a power failure, and the file with it if no one else uses it. SQLite sorts with
        // several threads only if it may spill to files.
        Conn::Sqlite(conn) => {
            conn.batch_execute(&format!(
                "PRAGMA synchronous = OFF;
                 PRAGMA foreign_keys = OFF;
                 PRAGMA secure_delete = OFF;
                 PRAGMA temp_store = FILE;
                 PRAGMA threads = 2;
                 PRAGMA cache_size = {PAGES_IN_KIB};"
            ))?;
            if is_alone && conn.batch_execute("PRAGMA journal_mode = DELETE").is_err() {
                tracing::debug!("somebody else uses the database as well");
            }
        }
        // A load runs few statements, each of them thousands of times.
        Conn::Postgres(conn) => conn.batch_execute(
            "SET statement_timeout = 0;
             SET maintenance_work_mem = '256MB';
             SET plan_cache_mode = force_generic_plan;",
        )?,
    }
    Ok(())
}

pub use structure::{Structure, put_back, take_down};

/// Inserts the rows, in the order in which they were added.
pub fn write(conn: &mut Conn, rows: &Rows) -> Result<(), StorageError> {
    macro_rules! write {
        ($($table:ident),*) => {
            match conn {
                Conn::Sqlite(conn) => {$(
                    for row in &rows.$table {
                        diesel::insert_into($table::table).values(row).execute(conn)?;
                    }
                )*}
                Conn::Postgres(conn) => {$(
                    diesel::copy_from($table::table).from_insertable(&rows.$table).execute(conn)?;
                )*}
            }
        };
    }
    write!(customers, license_keys, grants, outbox_messages, outbox_attempts, audit_entries);
    Ok(())
}
