//! Figures about unsent messages, for the metrics, the overview and the log.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use crate::domain::outbox::MessageKind;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
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

/// The e-mails that have not left for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverdueMail {
    pub count: i64,
    /// When the oldest one was created.
    pub since: Timestamp,
}

/// The e-mails created before this time that are still queued or being sent; `None` if there are none.
pub fn overdue_mail(conn: &mut Conn, before: Timestamp) -> Result<Option<OverdueMail>, StorageError> {
    let mut query = StaticSql::<(BigInt, Nullable<BigInt>)>::new().sql("SELECT count(*), min(created_at) FROM (");
    let conditions = ["state = 'queued' AND attempts = 0", "state = 'queued' AND attempts > 0", "state = 'sending'"];
    for (separator, condition) in ["", " UNION ALL ", " UNION ALL "].into_iter().zip(conditions) {
        query =
            query.sql(separator).sql("SELECT created_at FROM outbox_messages WHERE queue IN ('urgent_mail', 'mail')");
        query = query.sql(" AND ").sql(condition).sql(" AND created_at <= ").number(to_micros(before));
    }
    let (count, since) = query.sql(") AS overdue").get_result(conn)?;
    let since: Option<i64> = since;
    Ok(since.map(|since| OverdueMail { count, since: from_micros(since) }))
}
