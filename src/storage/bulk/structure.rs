//! Dropping and recreating indexes and keys, based on the database's catalog.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use super::{PAGES_IN_KIB, PAGES_WHILE_SORTING_IN_KIB, TABLES};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

/// Bytes of trigrams that FTS5 buffers before it writes them: the default, and during a load.
const HASH_SIZE: u32 = 1_048_576;
const HASH_SIZE_OF_LOAD: u32 = 16_777_216;

/// The statements that recreate what was dropped.
#[derive(Debug)]
pub(crate) struct Structure(Vec<String>);

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    take_down: String,
    #[diesel(sql_type = Text)]
    put_back: String,
}

/// Drops the secondary indexes of the loaded tables, and on PostgreSQL also all keys.
pub(crate) fn take_down(conn: &mut Conn) -> Result<Structure, StorageError> {
    let parts: Vec<Part> = match conn {
        Conn::Sqlite(conn) => {
            let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
            diesel::sql_query(format!(
                "SELECT 'DROP INDEX ' || name AS take_down, sql AS put_back FROM sqlite_master
                 WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables}) ORDER BY name"
            ))
            .load(conn)?
        }
        // Foreign keys are dropped first and recreated last, because they depend on keys, which are indexes
        // themselves.
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS take_down,
                    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                           pg_get_constraintdef(oid)) AS put_back, contype <> 'f' AS place
             FROM pg_constraint
             WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY($1)
                OR contype = 'f' AND (conrelid::regclass::text = ANY($1) OR confrelid::regclass::text = ANY($1))
             UNION ALL
             SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), TRUE
             FROM pg_index WHERE indrelid::regclass::text = ANY($1)
                AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
             ORDER BY place, put_back",
        )
        .bind::<Array<Text>, _>(TABLES.as_slice())
        .load(conn)?,
    };
    for part in &parts {
        conn.batch_execute(&part.take_down)?;
    }
    if let Conn::Sqlite(conn) = conn {
        conn.batch_execute(&format!(
            "INSERT INTO customer_trigrams (customer_trigrams, rank) VALUES ('hashsize', {HASH_SIZE_OF_LOAD})"
        ))?;
    }
    Ok(Structure(parts.into_iter().rev().map(|part| part.put_back).collect()))
}

/// Recreates everything, then runs the maintenance that each database would otherwise do later on its own.
pub(crate) fn put_back(conn: &mut Conn, structure: Structure) -> Result<(), StorageError> {
    if let Conn::Sqlite(conn) = conn {
        // The size of the pieces in which indexes are sorted, several at a time.
        conn.batch_execute(&format!("PRAGMA cache_size = {PAGES_WHILE_SORTING_IN_KIB}; PRAGMA shrink_memory;"))?;
    }
    for statement in structure.0 {
        conn.batch_execute(&statement)?;
    }
    match conn {
        Conn::Sqlite(conn) => {
            conn.batch_execute(&format!(
                "INSERT INTO customer_trigrams (customer_trigrams) VALUES ('optimize');
                 INSERT INTO customer_trigrams (customer_trigrams, rank) VALUES ('hashsize', {HASH_SIZE});
                 PRAGMA cache_size = {PAGES_IN_KIB};"
            ))?;
        }
        Conn::Postgres(conn) => conn.batch_execute("ANALYZE")?,
    }
    Ok(())
}
