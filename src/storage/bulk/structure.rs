//! Secondary indexes and foreign keys, by what the database itself says of them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use super::TABLES;
use crate::storage::connection::Conn;
use crate::storage::error::StorageError;

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

/// Takes down the secondary indexes, and on PostgreSQL the foreign keys, of the loaded tables.
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
        // Foreign keys go first and come back last: they rest on indexes.
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS take_down,
                    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                           pg_get_constraintdef(oid)) AS put_back, 1 AS place
             FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY($1)
             UNION ALL
             SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 2
             FROM pg_index WHERE NOT indisprimary AND indrelid::regclass::text = ANY($1)
             ORDER BY place, put_back",
        )
        .bind::<Array<Text>, _>(TABLES.as_slice())
        .load(conn)?,
    };
    for part in &parts {
        conn.batch_execute(&part.take_down)?;
    }
    Ok(Structure(parts.into_iter().rev().map(|part| part.put_back).collect()))
}

/// Makes it all again. Each database then tidies up after so much, as it would do by itself in time.
pub fn put_back(conn: &mut Conn, structure: Structure) -> Result<(), StorageError> {
    if let Conn::Sqlite(conn) = conn {
        // Indexes are sorted in pieces of this size, several at a time.
        conn.batch_execute("PRAGMA cache_size = -32768; PRAGMA shrink_memory;")?;
    }
    for statement in structure.0 {
        conn.batch_execute(&statement)?;
    }
    match conn {
        Conn::Sqlite(conn) => {
            conn.batch_execute("INSERT INTO customer_trigrams (customer_trigrams) VALUES ('optimize')")?;
        }
        Conn::Postgres(conn) => conn.batch_execute("ANALYZE")?,
    }
    Ok(())
}
