//! Who saw which key in plaintext on a page, and the reason they gave, if any.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{GrantId, RevealId, StaffId};
use crate::storage::customers::erasure;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::schema::reveals;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// One reveal of a key.
#[derive(Debug, Clone)]
pub(crate) struct Reveal {
    pub grant_id: GrantId,
    pub reason: Option<String>,
    pub created_at: Timestamp,
}

/// Records a reveal of the key of the grant's current customer. The reason is omitted if that customer has since been
/// erased.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    id: &RevealId,
    grant_id: &GrantId,
    staff_id: &StaffId,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let customer_id = erasure::customer_of(tx, Some(grant_id), None)?.ok_or(StorageError::NotFound)?;
    let reason = if erasure::is_erased(tx, &customer_id)? { None } else { reason };
    let conn: &mut Conn = tx;
    diesel::insert_into(reveals::table)
        .values((
            reveals::id.eq(id.as_str()),
            reveals::grant_id.eq(grant_id.as_str()),
            reveals::staff_id.eq(staff_id.as_str()),
            reveals::reason.eq(reason),
            reveals::created_at.eq(to_micros(now)),
            reveals::customer_id.eq(customer_id.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether a grant's key was shown to somebody since then.
pub(crate) fn is_shown_since(conn: &mut Conn, grant_id: &GrantId, since: Timestamp) -> Result<bool, StorageError> {
    let shown =
        reveals::table.filter(reveals::grant_id.eq(grant_id.as_str())).filter(reveals::created_at.ge(to_micros(since)));
    Ok(diesel::select(diesel::dsl::exists(shown)).get_result(conn)?)
}

/// A person's latest reveals, newest first.
pub(crate) fn of_staff(conn: &mut Conn, staff_id: &StaffId, limit: i64) -> Result<Vec<Reveal>, StorageError> {
    let rows: Vec<(String, Option<String>, i64)> = reveals::table
        .filter(reveals::staff_id.eq(staff_id.as_str()))
        .order((reveals::created_at.desc(), reveals::id.desc()))
        .select((reveals::grant_id, reveals::reason, reveals::created_at))
        .inline_limit(limit)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(grant_id, reason, created_at)| Reveal {
            grant_id: GrantId::stored(grant_id),
            reason,
            created_at: from_micros(created_at),
        })
        .collect())
}

/// The number of keys revealed since a moment, at most [`COUNT_CAP`] + 1.
pub(crate) fn count_since(conn: &mut Conn, since: Timestamp) -> Result<i64, StorageError> {
    let rows: Vec<i64> = reveals::table
        .filter(reveals::created_at.ge(to_micros(since)))
        .select(reveals::created_at)
        .inline_limit(COUNT_CAP + 1)
        .load(conn)?;
    Ok(i64::try_from(rows.len()).unwrap_or(COUNT_CAP + 1))
}
