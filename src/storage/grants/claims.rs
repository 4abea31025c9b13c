//! Claims: who is working on a pending grant, and until when.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use crate::domain::entitlement::{FulfillmentMode, IntegrationType};
use crate::domain::grant::{CLAIM_DURATION, Claim, GrantStatus};
use crate::domain::ids::{EntitlementId, GrantId, StaffId};
use crate::domain::page::Cursor;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{entitlements, grants};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// A grant's claim from its columns; `None` if nobody has claimed it.
pub(super) fn stored(by: Option<String>, since: Option<i64>, until: Option<i64>) -> Option<Claim> {
    Some(Claim { by: StaffId::stored(by?), since: from_micros(since?), until: from_micros(until?) })
}

/// The grant, if it is pending.
macro_rules! pending {
    ($id:expr) => {
        grants::table.find($id.as_str()).filter(grants::status.eq(GrantStatus::Pending.as_str()))
    };
}

/// The fields of a claim.
macro_rules! claimed_by {
    ($staff:expr, $since:expr, $now:expr) => {
        (
            grants::held_by.eq($staff.as_str()),
            grants::held_since.eq(to_micros($since)),
            grants::held_until.eq(to_micros($now.saturating_add(CLAIM_DURATION).unwrap_or($now))),
        )
    };
}

/// Assigns a pending grant to `staff` for 15 minutes from `now`, even if someone else has claimed it; `false` if it is
/// not pending. Extending one's own claim leaves its start time unchanged.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    id: &GrantId,
    staff: &StaffId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(pending!(id)).set(claimed_by!(staff, since, now)).execute(conn)?;
    Ok(changed == 1)
}

/// Claims a pending grant that nobody has claimed; `false` if another person was faster.
pub(crate) fn take_free(tx: &mut Tx<'_>, id: &GrantId, staff: &StaffId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let is_free = grants::held_until.is_null().or(grants::held_until.le(to_micros(now)).assume_not_null());
    let changed = diesel::update(pending!(id).filter(is_free)).set(claimed_by!(staff, now, now)).execute(conn)?;
    Ok(changed == 1)
}

/// Releases a grant that `staff` has claimed; `false` if they have no claim on it.
pub(crate) fn release(tx: &mut Tx<'_>, id: &GrantId, staff: &StaffId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(grants::table.find(id.as_str()).filter(grants::held_by.eq(staff.as_str())))
        .set((
            grants::held_by.eq(None::<String>),
            grants::held_since.eq(None::<i64>),
            grants::held_until.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The unclaimed pending grants that have waited longest for staff, oldest first.
pub(crate) fn oldest_free(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table
        .inner_join(entitlements::table)
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .filter(grants::integration_type.eq(IntegrationType::LicenseKey.as_str()))
        .filter(entitlements::fulfillment_mode.eq(FulfillmentMode::Manual.as_str()))
        .filter(grants::held_until.is_null().or(grants::held_until.le(to_micros(now)).assume_not_null()))
        .order((grants::created_at.asc(), grants::id.asc()))
        .select(grants::id)
        .inline_limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// The pending grants of an entitlement that nobody but `own` has claimed, oldest first, after a cursor, with the moment
/// they were created; locked until the transaction ends. On PostgreSQL those that others have locked are left out.
pub(crate) fn oldest_of(
    tx: &mut Tx<'_>,
    entitlement_id: &EntitlementId,
    own: Option<&StaffId>,
    after: Option<&Cursor>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<(GrantId, Timestamp)>, StorageError> {
    let mut query = StaticSql::<(Text, BigInt)>::new().sql("SELECT id, created_at FROM grants WHERE entitlement_id = ");
    query = query.text(entitlement_id.as_str()).sql(" AND status = 'pending' AND license_key_id IS NULL");
    query = query.sql(" AND (held_until IS NULL OR held_until <= ").number(to_micros(now));
    query = query.sql(" OR held_by = ").text(own.map(StaffId::as_str).unwrap_or_default()).sql(")");
    if let Some(after) = after {
        query = query.sql(" AND (created_at, id) > (").number(to_micros(after.at)).sql(", ").text(&after.id).sql(")");
    }
    let conn: &mut Conn = tx;
    let lock = if conn.is_sqlite() { "" } else { " FOR NO KEY UPDATE SKIP LOCKED" };
    let query = query.sql(" ORDER BY created_at, id LIMIT ").number(limit).sql(lock);
    let rows: Vec<(String, i64)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, at)| (GrantId::stored(id), from_micros(at))).collect())
}

/// The pending grant that `staff` claimed most recently since that moment, if the claim is still in force.
pub(crate) fn taken_since(
    conn: &mut Conn,
    staff: &StaffId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<GrantId>, StorageError> {
    let id: Option<String> = grants::table
        .filter(grants::held_by.eq(staff.as_str()))
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .filter(grants::held_since.ge(to_micros(since)))
        .filter(grants::held_until.gt(to_micros(now)))
        .order(grants::held_since.desc())
        .select(grants::id)
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    Ok(id.map(GrantId::stored))
}
