//! Keeping a person out: they cannot sign in any more, and their sessions end at once.

use super::context::Context;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::ids::StaffId;
use crate::storage::{StorageError, audit, sessions, staff};

/// Disables the person; `false` where they were disabled already.
pub fn disable_staff(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let is_changed = staff::disable(tx, staff_id, now)?;
        sessions::delete_all_of(tx, staff_id)?;
        if is_changed {
            let entry = NewAuditEntry::on(actor, AuditAction::StaffDisable, "staff", staff_id, vec![]);
            audit::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(is_changed)
    })
}
