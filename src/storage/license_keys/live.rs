//! The live keys of a customer: of delivered or failed grants, neither revoked nor disabled nor expired.

use diesel::prelude::*;
use jiff::Timestamp;

use super::ACTIVE;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::{grants, license_keys, undo_windows};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The grants of a customer whose keys are live and on their way or there, newest first, at most `limit`.
pub(crate) fn grants_with_live_keys(
    conn: &mut Conn,
    id: &CustomerId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<GrantId>, StorageError> {
    let has_ended = license_keys::expires_at.le(to_micros(now)).assume_not_null();
    // What can still be undone is the customer's only after that.
    let can_be_undone = diesel::dsl::exists(
        undo_windows::table
            .filter(undo_windows::grant_id.eq(grants::id))
            .filter(undo_windows::undone_at.is_null())
            .filter(undo_windows::ends_at.gt(to_micros(now))),
    );
    let ids: Vec<String> = grants::table
        .inner_join(license_keys::table)
        .filter(grants::customer_id.eq(id.as_str()))
        .filter(grants::status.eq_any([GrantStatus::Delivered.as_str(), GrantStatus::Failed.as_str()]))
        .filter(license_keys::status.eq(ACTIVE))
        .filter(license_keys::expires_at.is_null().or(diesel::dsl::not(has_ended)))
        .filter(diesel::dsl::not(can_be_undone))
        .order((grants::created_at.desc(), grants::id.desc()))
        .select(grants::id)
        .inline_limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}
