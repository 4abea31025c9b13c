//! Actions of a person, counted from the audit log. Counts are capped.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::audit::AuditAction;
use crate::domain::ids::StaffId;
use crate::storage::audit_log::list::first_since;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::schema::audit_entries;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// How often a person performed each of these actions since a moment, at most [`COUNT_CAP`] + 1.
pub(crate) fn counts(
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
            .inline_limit(COUNT_CAP + 1)
            .load(conn)?;
        counts.push((action, i64::try_from(rows.len()).unwrap_or(COUNT_CAP + 1)));
    }
    Ok(counts)
}
