//! Figures for the navigation, the overview and the metrics. Counts are capped, so none of them scans a table.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use jiff::Timestamp;

use super::handling;
use crate::domain::ids::EntitlementId;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::sql::static_sql::StaticSql;

/// Counts stop here and are displayed as "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// The number of grants that wait for a key, at most [`COUNT_CAP`] + 1.
pub fn pending_count(conn: &mut Conn) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new()
        .sql("SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = '' LIMIT ")
        .number(COUNT_CAP + 1)
        .sql(") AS counted");
    Ok(query.get_result(conn)?)
}

/// The number of pending grants of an entitlement that wait for a key.
pub fn waiting_of(conn: &mut Conn, id: &EntitlementId) -> Result<i64, StorageError> {
    let query =
        StaticSql::<BigInt>::new().sql("SELECT count(*) FROM grants WHERE status = 'pending' AND entitlement_id = ");
    Ok(query.text(id.as_str()).sql(" AND coalesce(license_key_id, '') = ''").get_result(conn)?)
}

/// Figures about pending grants, for the overview.
#[derive(Debug, Clone, Copy, Default)]
pub struct WaitingFigures {
    /// Since when the grant waits that waits longest.
    pub oldest_since: Option<Timestamp>,
    /// Pending for longer than the target, at most [`COUNT_CAP`] + 1.
    pub late: i64,
}

/// Figures about pending grants at `now`; those that wait since before `late_before` count as late.
pub fn waiting(conn: &mut Conn, late_before: Timestamp, now: Timestamp) -> Result<WaitingFigures, StorageError> {
    // Grants that have been paused are few; they are looked at one by one.
    let query = StaticSql::<(Nullable<BigInt>, BigInt)>::new()
        .sql(
            "SELECT (SELECT created_at FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = ''
             AND NOT EXISTS (SELECT 1 FROM grant_handling WHERE grant_id = grants.id)
             ORDER BY created_at, id LIMIT 1),
             (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = '' AND created_at < ",
        )
        .number(to_micros(late_before))
        .sql(
            " AND NOT EXISTS (SELECT 1 FROM grant_handling AS handling
             WHERE handling.grant_id = grants.id AND grants.created_at + ",
        );
    let query = handling::paused(query, now).sql(" >= ").number(to_micros(late_before));
    let query = query.sql(") LIMIT ").number(COUNT_CAP + 1).sql(") AS counted)");
    let (oldest, late): (Option<i64>, i64) = query.get_result(conn)?;
    let oldest = [oldest, handling::oldest_since(conn, now)?].into_iter().flatten().min();
    Ok(WaitingFigures { oldest_since: oldest.map(from_micros), late })
}
