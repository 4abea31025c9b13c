//! Many rows at once, for made-up data: indexes and keys are taken down as far as the database lets them,
//! rows are written table by table, and what was taken down is put back. All of it is one transaction: a
//! load that breaks off leaves nothing behind.

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

/// Pages that SQLite keeps in memory, for what is written at random: 128 MiB; and while it sorts indexes, 32 MiB.
const PAGES_IN_KIB: i32 = -131_072;
const PAGES_WHILE_SORTING_IN_KIB: i32 = -32_768;

/// Makes a connection ready for one long load; it is of no use for anything else afterwards. Who is alone
/// with SQLite's file writes into it, and notes aside only what was there before: the log would take all
/// of it first, to be copied from there. Where somebody looks in all the same, it stays with the log.
pub fn prepare(conn: &mut Conn, is_alone: bool) -> Result<(), StorageError> {
    match conn {
        // Made-up data may be lost with the machine's power, and the file as well for who is alone with it.
        // SQLite sorts on several threads only what it may put down in files.
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
        // What is played has few statements and asks each of them thousands of times.
        Conn::Postgres(conn) => conn.batch_execute(
            "SET statement_timeout = 0;
             SET maintenance_work_mem = '256MB';
             SET plan_cache_mode = force_generic_plan;",
        )?,
    }
    Ok(())
}

/// What [`put_back`] makes again.
pub use structure::{Structure, put_back, take_down};

/// Writes the rows, in the order they were added.
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
