//! Alerts that a stock is low: raised once, until the stock is refilled.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::EntitlementId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{entitlements, stock_alerts};
use crate::storage::sql::static_sql::StaticSql;

/// An alert that was raised and not cleared since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedAlert {
    pub entitlement_id: EntitlementId,
    pub entitlement: String,
    pub raised_at: Timestamp,
    /// When somebody hid it; pages no longer show it then.
    pub hidden_at: Option<Timestamp>,
}

/// The alerts that are raised, oldest first.
pub fn raised(conn: &mut Conn) -> Result<Vec<RaisedAlert>, StorageError> {
    let rows: Vec<(String, String, i64, Option<i64>)> = stock_alerts::table
        .inner_join(entitlements::table)
        .filter(entitlements::deleted_at.is_null())
        .order((stock_alerts::raised_at, stock_alerts::entitlement_id))
        .select((stock_alerts::entitlement_id, entitlements::name, stock_alerts::raised_at, stock_alerts::hidden_at))
        .load(conn)?;
    let alerts = rows.into_iter().map(|(id, entitlement, raised_at, hidden_at)| RaisedAlert {
        entitlement_id: EntitlementId::stored(id),
        entitlement,
        raised_at: from_micros(raised_at),
        hidden_at: from_optional(hidden_at),
    });
    Ok(alerts.collect())
}

/// Whether an alert is raised for an entitlement.
pub fn is_raised(conn: &mut Conn, id: &EntitlementId) -> Result<bool, StorageError> {
    let found: Option<i64> =
        stock_alerts::table.find(id.as_str()).select(stock_alerts::raised_at).first(conn).optional()?;
    Ok(found.is_some())
}

/// Raises the alert; `false` if it is raised already.
pub fn raise(tx: &mut Tx<'_>, id: &EntitlementId, now: Timestamp) -> Result<bool, StorageError> {
    let insert = StaticSql::<()>::new().sql("INSERT INTO stock_alerts (entitlement_id, raised_at) VALUES (");
    let insert = insert.text(id.as_str()).sql(", ").number(to_micros(now)).sql(") ON CONFLICT DO NOTHING");
    let conn: &mut Conn = tx;
    Ok(insert.execute(conn)? == 1)
}

/// Clears the alert, so that it can be raised again.
pub fn clear(tx: &mut Tx<'_>, id: &EntitlementId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(stock_alerts::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

/// Hides the alert from pages until it is raised again; `false` if it is not raised or hidden already.
pub fn hide(tx: &mut Tx<'_>, id: &EntitlementId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let shown = stock_alerts::table.find(id.as_str()).filter(stock_alerts::hidden_at.is_null());
    let changed = diesel::update(shown).set(stock_alerts::hidden_at.eq(to_micros(now))).execute(conn)?;
    Ok(changed == 1)
}
