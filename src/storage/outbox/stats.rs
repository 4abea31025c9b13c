//! Figures about unsent messages, for the metrics.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use crate::domain::outbox::MessageKind;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::from_micros;
use crate::storage::sql::static_sql::StaticSql;

/// The messages of a kind that are queued or being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsent {
    pub kind: MessageKind,
    pub count: i64,
    /// When the oldest one was created.
    pub oldest_created_at: Timestamp,
}

/// The unsent messages by kind, without kinds that have none. Reads only unsent messages, by their partial indexes.
pub fn unsent(conn: &mut Conn) -> Result<Vec<Unsent>, StorageError> {
    let query = StaticSql::<(Text, BigInt, BigInt)>::new().sql(
        "SELECT kind, count(*), min(created_at) FROM (
             SELECT kind, created_at FROM outbox_messages WHERE state = 'queued' AND attempts = 0
             UNION ALL SELECT kind, created_at FROM outbox_messages WHERE state = 'queued' AND attempts > 0
             UNION ALL SELECT kind, created_at FROM outbox_messages WHERE state = 'sending'
         ) AS unsent GROUP BY kind ORDER BY kind",
    );
    let rows: Vec<(String, i64, i64)> = query.load(conn)?;
    rows.into_iter()
        .map(|(kind, count, oldest)| {
            let kind = MessageKind::parse(&kind).ok_or_else(|| StorageError::Corrupt(format!("the kind {kind}")))?;
            Ok(Unsent { kind, count, oldest_created_at: from_micros(oldest) })
        })
        .collect()
}
