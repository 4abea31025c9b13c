//! Indexes and keys, by what the database itself says of them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use super::{PAGES_IN_KIB, PAGES_WHILE_SORTING_IN_KIB, TABLES};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

/// Bytes of trigrams that SQLite gathers before it writes them: by itself, and during a load.
const HASH_SIZE: u32 = 1_048_576;
const HASH_SIZE_OF_LOAD: u32 = 16_777_216;

/// The statements that make again what was taken down.
#[derive(Debug)]
pub struct Structure(Vec<String>);

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    take_down: String,
    #[diesel(sql_type = Text)]
    put_back: String,
}

/// Takes down the secondary indexes of the loaded tables, and on PostgreSQL all keys as well.
pub fn take_down(conn: &mut Conn) -> Result<Structure, StorageError> {
    let parts: Vec<Part> = match conn {
        Conn::Sqlite(conn) => {
            let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
            diesel::sql_query(format!(
                "SELECT 'DROP INDEX ' || name AS take_down, sql AS put_back FROM sqlite_master
                 WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables}) ORDER BY name"
            ))
            .load(conn)?
        }
        // Foreign keys go first and come back last: they rest on keys, and those are indexes themselves.
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

/// Makes it all again. Each database then tidies up after so much, as it would do by itself in time.
pub fn put_back(conn: &mut Conn, structure: Structure) -> Result<(), StorageError> {
    if let Conn::Sqlite(conn) = conn {
        // Indexes are sorted in pieces of this size, several at a time.
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
