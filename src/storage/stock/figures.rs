//! How much of a stock is left, and how fast it is used.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::{Timestamp, ToSpan, Zoned};

use super::counts;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::stock::{StockFigures, USED_DAYS};
use crate::storage::catalog::entitlements;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::grants::stats;
use crate::storage::sql::static_sql::StaticSql;

/// The figures of an entitlement; the days are those of the time zone of `now`.
pub fn of(conn: &mut Conn, id: &EntitlementId, now: &Zoned) -> Result<StockFigures, StorageError> {
    let [available, issued, quarantined, discarded] = counts::sum(conn, counts::OF_ENTITLEMENT, id.as_str())?;
    let (reserved, expired) = set_aside(conn, id, now.timestamp())?;
    let waiting = stats::waiting_of(conn, id)?;
    Ok(StockFigures {
        available: (available - reserved - expired).max(0),
        reserved,
        expired,
        issued,
        quarantined,
        discarded,
        waiting,
        used: used(conn, id, now)?,
    })
}

/// The entitlements that have or had stock, by name, each with its figures.
pub fn all(conn: &mut Conn, now: &Zoned) -> Result<Vec<(Entitlement, StockFigures)>, StorageError> {
    let stocked = stocked(conn)?;
    let mut found = Vec::new();
    for entitlement in entitlements::list(conn)? {
        if stocked.contains(&entitlement.id) {
            let figures = of(conn, &entitlement.id, now)?;
            found.push((entitlement, figures));
        }
    }
    Ok(found)
}

/// How many keys can be issued to a grant that has none reserved.
pub fn available(conn: &mut Conn, id: &EntitlementId, now: Timestamp) -> Result<i64, StorageError> {
    let [available, ..] = counts::sum(conn, counts::OF_ENTITLEMENT, id.as_str())?;
    let (reserved, expired) = set_aside(conn, id, now)?;
    Ok((available - reserved - expired).max(0))
}

/// Available keys that are reserved, and those that are past their date, which is that of their batch.
fn set_aside(conn: &mut Conn, id: &EntitlementId, now: Timestamp) -> Result<(i64, i64), StorageError> {
    let now = to_micros(now);
    let query = StaticSql::<BigInt>::new().sql("SELECT count(*) FROM stock_keys WHERE entitlement_id = ");
    let query = query.text(id.as_str()).sql(" AND state = 'available' AND reserved_for IS NOT NULL");
    let query = query.sql(" AND reserved_until > ").opaque_number(now).sql(" AND use_before > ").opaque_number(now);
    let reserved: i64 = query.get_result(conn)?;
    let [expired, ..] = counts::sum_until(conn, id.as_str(), now)?;
    Ok((reserved, expired))
}

/// Quarters of an hour, in microseconds: every time zone's day begins with one.
const QUARTER: i64 = 15 * 60 * 1_000_000;

/// Keys issued on each of the last days, oldest first.
fn used(conn: &mut Conn, id: &EntitlementId, now: &Zoned) -> Result<[i64; USED_DAYS], StorageError> {
    let days = i64::try_from(USED_DAYS).unwrap_or(0);
    let first = now.date().saturating_sub((days - 1).days());
    let since = first.to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |start| start.timestamp());
    let query = StaticSql::<(BigInt, BigInt)>::new().sql("SELECT issued_at / 900000000, count(*) FROM stock_keys");
    let query = query.sql(" WHERE entitlement_id = ").text(id.as_str()).sql(" AND issued_at IS NOT NULL");
    let query = query.sql(" AND issued_at >= ").number(to_micros(since)).sql(" GROUP BY 1");
    let rows: Vec<(i64, i64)> = query.load(conn)?;
    let mut used = [0; USED_DAYS];
    for (quarter, count) in rows {
        let day = now.time_zone().to_datetime(from_micros(quarter * QUARTER)).date();
        let place = first.until(day).ok().and_then(|span| usize::try_from(span.get_days()).ok());
        if let Some(sum) = place.and_then(|place| used.get_mut(place)) {
            *sum += count;
        }
    }
    Ok(used)
}

/// The entitlements that have or had stock.
pub fn stocked(conn: &mut Conn) -> Result<Vec<EntitlementId>, StorageError> {
    let query = StaticSql::<Text>::new().sql("SELECT DISTINCT entitlement_id FROM batches ORDER BY entitlement_id");
    let ids: Vec<String> = query.load(conn)?;
    Ok(ids.into_iter().map(EntitlementId::stored).collect())
}
