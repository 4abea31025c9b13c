//! Bulk loading, for demo data: drops indexes and keys as far as the database allows, writes the rows table by table,
//! and recreates what was dropped, all in one transaction. A failed load leaves nothing behind.

mod rows;
mod structure;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

pub(crate) use rows::Rows;

use super::db::connection::{Conn, Target};
use super::db::error::StorageError;
use super::db::transaction::OpenTransaction;
use super::db::{Tx, checkpoint};
use super::schema::{
    audit_entries, customers, grants, license_keys, metadata_values, outbox_attempts, outbox_messages, sale_ids,
    sale_lines, sales,
};

/// The tables that are loaded.
const TABLES: [&str; 10] = [
    "customers",
    "license_keys",
    "sales",
    "sale_ids",
    "sale_lines",
    "grants",
    "metadata_values",
    "outbox_messages",
    "outbox_attempts",
    "audit_entries",
];

/// SQLite's page cache during random writes: 128 MiB; and while it sorts indexes: 32 MiB.
const PAGES_IN_KIB: i32 = -131_072;
const PAGES_WHILE_SORTING_IN_KIB: i32 = -32_768;

/// Runs `work`, which writes a large amount of data, in one transaction on a connection of its own. On SQLite nothing
/// waits for the disk until the end: a power failure during a load may leave an unusable file.
pub(crate) fn load<T, E: From<StorageError>>(
    target: &Target,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut conn = Conn::open(target).map_err(|error| E::from(StorageError::Busy(error.to_string())))?;
    prepare(&mut conn)?;
    let mut open = OpenTransaction::begin(&mut conn)?;
    let done = work(&mut Tx::new(open.conn))?;
    open.commit()?;
    drop(open);
    // Done now, so that nobody else has to wait for it.
    if let Err(error) = checkpoint::empty(&mut conn) {
        tracing::warn!(%error, "the log of a load could not be brought into the database's file yet");
    }
    drop(conn);
    if let Target::Sqlite(path) = target
        && let Err(error) = std::fs::File::open(path).and_then(|file| file.sync_all())
    {
        tracing::warn!(%error, "it is not sure that a load would survive a power failure");
    }
    Ok(done)
}

/// Prepares a connection for one long load; it must not be used for anything else afterwards.
fn prepare(conn: &mut Conn) -> Result<(), StorageError> {
    match conn {
        // SQLite sorts with several threads only if it may spill to files.
        Conn::Sqlite(conn) => conn.batch_execute(&format!(
            "PRAGMA synchronous = OFF;
             PRAGMA foreign_keys = OFF;
             PRAGMA secure_delete = OFF;
             PRAGMA temp_store = FILE;
             PRAGMA threads = 2;
             PRAGMA cache_size = {PAGES_IN_KIB};"
        ))?,
        // A load runs few statements, each of them thousands of times.
        Conn::Postgres(conn) => conn.batch_execute(
            "SET statement_timeout = 0;
             SET maintenance_work_mem = '256MB';
             SET plan_cache_mode = force_generic_plan;",
        )?,
    }
    Ok(())
}

pub(crate) use structure::{put_back, take_down};

/// Inserts the rows, in the order in which they were added.
pub(crate) fn write(conn: &mut Conn, rows: &Rows) -> Result<(), StorageError> {
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
    write!(
        customers,
        license_keys,
        sales, sale_ids, sale_lines, grants, metadata_values, outbox_messages, outbox_attempts, audit_entries
    );
    Ok(())
}
