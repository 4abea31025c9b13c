//! Claims: who is working on a pending grant, and until when.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use super::stats::COUNT_CAP;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::{CLAIM_DURATION, Claim, GrantStatus};
use crate::domain::ids::{EntitlementId, GrantId, StaffId};
use crate::domain::integration::rules_of;
use crate::domain::page::Cursor;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::grants;
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// A grant's claim from its columns; `None` if nobody has claimed it.
pub(super) fn stored(
    by: Option<String>,
    since: Option<i64>,
    until: Option<i64>,
    touched_at: Option<i64>,
) -> Option<Claim> {
    let (since, until) = (from_micros(since?), from_micros(until?));
    Some(Claim { by: StaffId::stored(by?), since, until, is_touched: touched_at.is_some() })
}

/// The grant, if it is pending and no key is on its way for it.
macro_rules! pending {
    ($id:expr) => {
        grants::table
            .find($id.as_str())
            .filter(grants::status.eq(GrantStatus::Pending.as_str()))
            .filter(grants::license_key_id.is_null())
    };
}

/// The fields of a claim; `$touched_at` is when the person typed something or extended it.
macro_rules! claimed_by {
    ($staff:expr, $since:expr, $touched_at:expr, $now:expr) => {
        (
            grants::held_by.eq($staff.as_str()),
            grants::held_since.eq(to_micros($since)),
            grants::held_until.eq(to_micros($now.saturating_add(CLAIM_DURATION).unwrap_or($now))),
            grants::held_touched_at.eq($touched_at),
        )
    };
}

/// Assigns a pending grant to `staff` for 15 minutes from `now`, even if someone else has claimed it; `false` if it is
/// not pending. Extending one's own claim leaves its start time unchanged, and counts as working on it.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    id: &GrantId,
    staff: &StaffId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let touched_at = (since < now).then(|| to_micros(now));
    let changed = diesel::update(pending!(id)).set(claimed_by!(staff, since, touched_at, now)).execute(conn)?;
    Ok(changed == 1)
}

/// Claims a pending grant that nobody has claimed; `false` if another person was faster.
pub(crate) fn take_free(tx: &mut Tx<'_>, id: &GrantId, staff: &StaffId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let is_free = grants::held_until.is_null().or(grants::held_until.le(to_micros(now)).assume_not_null());
    let claim = claimed_by!(staff, now, None::<i64>, now);
    Ok(diesel::update(pending!(id).filter(is_free)).set(claim).execute(conn)? == 1)
}

/// Notes that `staff`, who has claimed the grant, has typed something.
pub(crate) fn touch(tx: &mut Tx<'_>, id: &GrantId, staff: &StaffId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let theirs = pending!(id).filter(grants::held_by.eq(staff.as_str()));
    diesel::update(theirs).set(grants::held_touched_at.eq(to_micros(now))).execute(conn)?;
    Ok(())
}

/// Releases a grant that `staff` has claimed; `false` if they have no claim on it.
pub(crate) fn release(tx: &mut Tx<'_>, id: &GrantId, staff: &StaffId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(grants::table.find(id.as_str()).filter(grants::held_by.eq(staff.as_str())))
        .set((
            grants::held_by.eq(None::<String>),
            grants::held_since.eq(None::<i64>),
            grants::held_until.eq(None::<i64>),
            grants::held_touched_at.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The pending grants that `staff` has claimed and done nothing about yet, the oldest claim first.
pub(crate) fn untouched_of(conn: &mut Conn, staff: &StaffId, now: Timestamp) -> Result<Vec<GrantId>, StorageError> {
    let mut claims: Vec<(Option<i64>, String, String)> = grants::table
        .filter(grants::held_by.eq(staff.as_str()))
        .filter(grants::held_until.gt(to_micros(now)))
        .filter(grants::held_touched_at.is_null())
        .select((grants::held_since, grants::id, grants::status))
        .load(conn)?;
    claims.retain(|(_, _, status)| status == GrantStatus::Pending.as_str());
    claims.sort_unstable();
    Ok(claims.into_iter().map(|(_, id, _)| GrantId::stored(id)).collect())
}

/// What [`takeable`] asks of.
const WITH_HANDLING: &str = " grants JOIN entitlements ON entitlements.id = grants.entitlement_id
    LEFT JOIN grant_handling AS handling ON handling.grant_id = grants.id";

/// Appends the condition that staff deliver what the grant is about.
fn delivered_by_staff<ST>(mut query: StaticSql<ST>) -> StaticSql<ST> {
    for kind in IntegrationType::ALL.iter().filter(|kind| !rules_of(**kind).delivers.is_by_staff()) {
        query = query.sql(" AND grants.integration_type <> '").sql(kind.as_str()).sql("'");
    }
    query
}

/// Appends the condition that `staff` may be given a grant as the next one: it waits for staff, nobody has
/// claimed it, and it is neither skipped nor paused nor assigned to somebody else.
fn takeable<ST>(query: StaticSql<ST>, staff: &StaffId, now: Timestamp) -> StaticSql<ST> {
    let now = to_micros(now);
    let query = query.sql(" grants.status = 'pending' AND coalesce(grants.license_key_id, '') = ''");
    delivered_by_staff(query)
        .sql(
            " AND coalesce(entitlements.fulfillment_mode, 'manual') = 'manual'
             AND (grants.held_until IS NULL OR grants.held_until <= ",
        )
        .number(now)
        .sql(") AND (handling.back_at IS NULL OR handling.back_at <= ")
        .number(now)
        .sql(") AND (handling.assigned_to IS NULL OR handling.assigned_to = ")
        .text(staff.as_str())
        .sql(")")
}

/// The grants that `staff` may be given next: those that are assigned to them, else the others; first those that have
/// waited longest for staff.
pub(crate) fn next_for(
    conn: &mut Conn,
    staff: &StaffId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<GrantId>, StorageError> {
    let mut assigned = Vec::new();
    for id in super::handling::assigned_to(conn, staff, now)? {
        let one = StaticSql::<(BigInt, Text)>::new().sql("SELECT grants.created_at, grants.id FROM").sql(WITH_HANDLING);
        let one = takeable(one.sql(" WHERE grants.id = ").text(id).sql(" AND"), staff, now);
        assigned.extend(one.get_result::<(i64, String)>(conn).optional()?);
    }
    if !assigned.is_empty() {
        assigned.sort_unstable();
        return Ok(assigned.into_iter().map(|(_, id)| GrantId::stored(id)).collect());
    }
    let free = StaticSql::<Text>::new().sql("SELECT grants.id FROM").sql(WITH_HANDLING).sql(" WHERE");
    let free = takeable(free, staff, now).sql(" ORDER BY grants.created_at, grants.id LIMIT ").number(limit);
    let ids: Vec<String> = free.load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// Whether `staff` may be given a grant next, or has just been given one.
pub(crate) fn has_next(conn: &mut Conn, staff: &StaffId, now: Timestamp) -> Result<bool, StorageError> {
    Ok(!untouched_of(conn, staff, now)?.is_empty() || !next_for(conn, staff, now, 1)?.is_empty())
}

/// The number of grants that `staff` may be given next or has just been given, at most [`COUNT_CAP`] + 1.
pub(crate) fn takeable_count(conn: &mut Conn, staff: &StaffId, now: Timestamp) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new().sql("SELECT count(*) FROM (SELECT 1 FROM").sql(WITH_HANDLING).sql(" WHERE");
    let query = takeable(query, staff, now).sql(" LIMIT ").number(COUNT_CAP + 1).sql(") AS counted");
    let free: i64 = query.get_result(conn)?;
    let own = i64::try_from(untouched_of(conn, staff, now)?.len()).unwrap_or(0);
    Ok((free + own).min(COUNT_CAP + 1))
}

/// The pending grants of an entitlement that nobody but `own` has claimed and that are not paused, oldest first, after a
/// cursor, with the moment they were created; locked until the transaction ends. On PostgreSQL those that others have locked are left out.
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
    // What is paused is not served by itself; what is skipped or assigned to somebody is.
    query = query.sql(
        " AND NOT EXISTS (SELECT 1 FROM grant_handling WHERE grant_id = grants.id AND paused_since IS NOT NULL AND back_at > ",
    );
    query = query.number(to_micros(now)).sql(")");
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
