//! What staff arranged about grants: one row per grant that is skipped, paused or assigned, or once was paused.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use jiff::{SignedDuration, Timestamp};

use crate::domain::grant::handling::{Handling, Pause, PauseReason};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::grant_handling;
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = grant_handling)]
pub(in crate::storage) struct HandlingRow {
    back_at: Option<i64>,
    paused_since: Option<i64>,
    pause_reason: Option<String>,
    pause_note: Option<String>,
    paused_total: i64,
    assigned_to: Option<String>,
    closed_at: Option<i64>,
}

impl From<HandlingRow> for Handling {
    fn from(row: HandlingRow) -> Self {
        Self {
            back_at: from_optional(row.back_at),
            pause: pause(row.paused_since, row.pause_reason.as_deref(), row.pause_note),
            paused_total: SignedDuration::from_micros(row.paused_total),
            assigned_to: row.assigned_to.map(StaffId::stored),
            closed_at: from_optional(row.closed_at),
        }
    }
}

/// A pause from its columns; `None` if there is none.
pub(super) fn pause(since: Option<i64>, reason: Option<&str>, note: Option<String>) -> Option<Pause> {
    let reason = reason.and_then(PauseReason::parse).unwrap_or(PauseReason::Other);
    Some(Pause { since: from_micros(since?), reason, note })
}

/// Stores what is arranged about a grant, whose row the caller has locked. Whom it is assigned to only [`assign`] changes:
/// when a person is disabled, their grants are assigned to nobody without such a lock.
pub(crate) fn put(tx: &mut Tx<'_>, id: &GrantId, handling: &Handling) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let row = grant_handling::table.find(id.as_str());
    if *handling == Handling::default() {
        diesel::delete(row).execute(conn)?;
        return Ok(());
    }
    let pause = handling.pause.as_ref();
    let values = || {
        (
            grant_handling::back_at.eq(handling.back_at.map(to_micros)),
            grant_handling::paused_since.eq(pause.map(|pause| to_micros(pause.since))),
            grant_handling::pause_reason.eq(pause.map(|pause| pause.reason.as_str())),
            grant_handling::pause_note.eq(pause.and_then(|pause| pause.note.as_deref())),
            grant_handling::paused_total.eq(i64::try_from(handling.paused_total.as_micros()).unwrap_or(i64::MAX)),
            grant_handling::closed_at.eq(handling.closed_at.map(to_micros)),
        )
    };
    let no_longer = handling.assigned_to.is_none().then(|| grant_handling::assigned_to.eq(None::<String>));
    if diesel::update(row).set((values(), no_longer)).execute(conn)? == 0 {
        diesel::insert_into(grant_handling::table)
            .values((grant_handling::grant_id.eq(id.as_str()), values()))
            .execute(conn)?;
    }
    Ok(())
}

/// Assigns a grant, whose row the caller has locked.
pub(crate) fn assign(
    tx: &mut Tx<'_>,
    id: &GrantId,
    handling: &Handling,
    assignee: Option<&StaffId>,
) -> Result<(), StorageError> {
    put(tx, id, &Handling { assigned_to: assignee.cloned(), ..handling.clone() })?;
    let conn: &mut Conn = tx;
    diesel::update(grant_handling::table.find(id.as_str()))
        .set(grant_handling::assigned_to.eq(assignee.map(StaffId::as_str)))
        .execute(conn)?;
    Ok(())
}

/// Assigns to nobody what is assigned to a person; returns how many grants that were.
pub(crate) fn unassign_all(tx: &mut Tx<'_>, staff: &StaffId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let theirs = grant_handling::table.filter(grant_handling::assigned_to.eq(staff.as_str()));
    Ok(diesel::update(theirs).set(grant_handling::assigned_to.eq(None::<String>)).execute(conn)?)
}

/// The most grants of a person that are looked at when they are given the next one.
const MOST_ASSIGNED: i64 = 200;

/// Grants that are assigned to a person and neither skipped nor paused.
pub(super) fn assigned_to(conn: &mut Conn, staff: &StaffId, now: Timestamp) -> Result<Vec<String>, StorageError> {
    let is_back = grant_handling::back_at.is_null().or(grant_handling::back_at.le(to_micros(now)).assume_not_null());
    let theirs = grant_handling::table.filter(grant_handling::assigned_to.eq(staff.as_str())).filter(is_back);
    Ok(theirs.select(grant_handling::grant_id).inline_limit(MOST_ASSIGNED).load(conn)?)
}

/// The number of grants that are assigned to a person.
pub(crate) fn assigned_count(conn: &mut Conn, staff: &StaffId) -> Result<i64, StorageError> {
    let theirs = grant_handling::table.filter(grant_handling::assigned_to.eq(staff.as_str()));
    Ok(theirs.count().get_result(conn)?)
}

/// Appends how long the grant of the row `handling` has been paused, in microseconds: [`Handling::paused`].
pub(super) fn paused<ST>(query: StaticSql<ST>, now: Timestamp) -> StaticSql<ST> {
    let now = to_micros(now);
    let query =
        query.sql("(handling.paused_total + CASE WHEN handling.paused_since IS NULL THEN 0 WHEN handling.back_at <= ");
    let query = query.number(now).sql(" THEN handling.back_at - handling.paused_since WHEN handling.paused_since >= ");
    query.number(now).sql(" THEN 0 ELSE ").number(now).sql(" - handling.paused_since END)")
}

/// The moments since which grants wait about which something is arranged; the earliest one.
pub(super) fn oldest_since(conn: &mut Conn, now: Timestamp) -> Result<Option<i64>, StorageError> {
    // Found from here, not from all grants that are pending.
    let query = StaticSql::<Nullable<BigInt>>::new()
        .sql("SELECT min((SELECT created_at FROM grants WHERE id = handling.grant_id AND status = 'pending' AND license_key_id IS NULL) + ");
    let query = paused(query, now).sql(") FROM grant_handling AS handling WHERE handling.closed_at IS NULL");
    Ok(query.get_result(conn)?)
}

/// When grants that were delivered since that moment were created and delivered, and for how many microseconds they
/// were paused in between; only those that were.
pub(super) fn of_delivered(conn: &mut Conn, since: Timestamp) -> Result<Vec<(i64, i64, i64)>, StorageError> {
    let query = StaticSql::<(BigInt, Nullable<BigInt>, BigInt)>::new().sql(
        "SELECT (SELECT created_at FROM grants WHERE id = handling.grant_id),
         (SELECT delivered_at FROM grants WHERE id = handling.grant_id), handling.paused_total
         FROM grant_handling AS handling WHERE handling.closed_at >= ",
    );
    let rows: Vec<(i64, Option<i64>, i64)> = query.number(to_micros(since)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(created, delivered, paused)| Some((created, delivered?, paused))).collect())
}
