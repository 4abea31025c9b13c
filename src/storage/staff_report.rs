//! What a member of staff did, counted from the audit log. Counts are capped.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit_list::first_since;
use super::connection::Conn;
use super::error::StorageError;
use super::figures::COUNT_CAP;
use super::first_rows::FirstRowsDsl;
use super::schema::audit_entries;
use super::time::to_micros;
use crate::domain::audit::AuditAction;
use crate::domain::ids::StaffId;

/// How often somebody did each of these since a moment, at most [`COUNT_CAP`] + 1.
pub fn counts(
    conn: &mut Conn,
    staff_id: &StaffId,
    actions: &[AuditAction],
    since: Timestamp,
) -> Result<Vec<(AuditAction, i64)>, StorageError> {
    let first = first_since(conn, Some(since))?.unwrap_or(0);
    let mut counts = Vec::with_capacity(actions.len());
    for &action in actions {
        let rows: Vec<i64> = audit_entries::table
            .filter(audit_entries::actor_id.eq(staff_id.as_str()))
            .filter(audit_entries::action.eq(action.as_str()))
            .filter(audit_entries::sequence.ge(first).and(audit_entries::at.ge(to_micros(since))))
            .select(audit_entries::at)
            .first_rows(COUNT_CAP + 1)
            .load(conn)?;
        counts.push((action, i64::try_from(rows.len()).unwrap_or(COUNT_CAP + 1)));
    }
    Ok(counts)
}
