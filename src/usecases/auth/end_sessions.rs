//! Ending one's own sessions: a single one, or all except the current one.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{SessionId, StaffId};
use crate::storage::staff::{self, sessions};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// Ends the session with this id; `false` if it is not the person's or has already ended.
pub fn end_session(ctx: &Context, staff_id: &StaffId, id: &SessionId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let count = end_where(tx, staff_id, |session| session == Some(id))?;
        note(ctx, tx, staff_id, count, actor)?;
        Ok(count > 0)
    })
}

/// Ends all sessions but one and returns how many were ended.
pub fn end_other_sessions(
    ctx: &Context,
    staff_id: &StaffId,
    keep: Option<&SessionId>,
    actor: &Actor,
) -> Result<usize, StorageError> {
    ctx.db.write(|tx| {
        let count = end_where(tx, staff_id, |session| session.is_none() || session != keep)?;
        note(ctx, tx, staff_id, count, actor)?;
        Ok(count)
    })
}

fn end_where(
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    is_meant: impl Fn(Option<&SessionId>) -> bool,
) -> Result<usize, StorageError> {
    staff::lock(tx, staff_id)?;
    let mut count = 0;
    loop {
        let before = count;
        // Repeated, because a person may have more sessions than one list contains.
        for session in sessions::of_staff(tx, staff_id)? {
            if is_meant(session.facts.id.as_ref()) {
                sessions::delete(tx, &session.key_hash)?;
                count += 1;
            }
        }
        if count == before {
            return Ok(count);
        }
    }
}

fn note(ctx: &Context, tx: &mut Tx<'_>, staff_id: &StaffId, count: usize, actor: &Actor) -> Result<(), StorageError> {
    if count == 0 {
        return Ok(());
    }
    let changes = vec![Change::set("sessions", count)];
    let entry = NewAuditEntry::on(actor, AuditAction::StaffEndSessions, ObjectKind::Staff, staff_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
}
