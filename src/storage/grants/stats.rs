//! Figures for the navigation, the overview and the metrics. Counts are capped, so none of them scans a table.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use jiff::Timestamp;

use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::grants;
use crate::storage::sql::inline_limit::FirstRowsDsl;
use crate::storage::sql::static_sql::KeptSql;

/// Counts stop here and are displayed as "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// The number of pending grants, at most [`COUNT_CAP`] + 1.
pub fn pending_count(conn: &mut Conn) -> Result<i64, StorageError> {
    let query = KeptSql::<BigInt>::new()
        .sql("SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending' LIMIT ")
        .number(COUNT_CAP + 1)
        .sql(") AS counted");
    Ok(query.get_result(conn)?)
}

/// Figures about pending grants, for the overview.
#[derive(Debug, Clone, Copy, Default)]
pub struct WaitingFigures {
    pub oldest_created_at: Option<Timestamp>,
    /// Pending for longer than the target, at most [`COUNT_CAP`] + 1.
    pub late: i64,
}

/// Figures about pending grants; those created before `late_before` count as late.
pub fn waiting(conn: &mut Conn, late_before: Timestamp) -> Result<WaitingFigures, StorageError> {
    let query = KeptSql::<(Nullable<BigInt>, BigInt)>::new()
        .sql(
            "SELECT (SELECT created_at FROM grants WHERE status = 'pending' ORDER BY created_at, id LIMIT 1),
             (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending' AND created_at < ",
        )
        .number(to_micros(late_before))
        .sql(" LIMIT ")
        .number(COUNT_CAP + 1)
        .sql(") AS counted)");
    let (oldest, late): (Option<i64>, i64) = query.get_result(conn)?;
    Ok(WaitingFigures { oldest_created_at: oldest.map(from_micros), late })
}

/// When a grant was sold, and when it was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    pub created_at: Timestamp,
    pub delivered_at: Timestamp,
}

/// Deliveries since a moment, oldest first, at most the latest `limit`; read from an index alone.
pub fn delivered_since(conn: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<Delivered>, StorageError> {
    let rows: Vec<(i64, Option<i64>)> = grants::table
        .filter(grants::delivered_at.ge(to_micros(since)))
        .order(grants::delivered_at.desc())
        .select((grants::created_at, grants::delivered_at))
        .first_rows(limit)
        .load(conn)?;
    let newest_first = rows.into_iter().filter_map(|(created_at, delivered_at)| {
        Some(Delivered { created_at: from_micros(created_at), delivered_at: from_micros(delivered_at?) })
    });
    let mut found: Vec<_> = newest_first.collect();
    found.reverse();
    Ok(found)
}
