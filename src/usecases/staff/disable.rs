//! Keeping a person out: they cannot sign in any more, and all their access ends at once. And letting
//! them in again.

use super::change_role::is_last_admin;
use super::error::StaffError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::ids::StaffId;
use crate::storage::{audit_log, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::context::Context;

/// Disables the person; `false` where they were disabled already. The last active admin stays.
pub fn disable_staff(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock_admins(tx)?;
        staff::lock(tx, staff_id)?.ok_or(StaffError::NotFound)?;
        if is_last_admin(tx, staff_id)? {
            return Err(StaffError::LastAdmin);
        }
        let is_changed = staff::disable(tx, staff_id, now)?;
        revoke_access(tx, staff_id, None)?;
        if is_changed {
            let entry = NewAuditEntry::on(actor, AuditAction::StaffDisable, ObjectKind::Staff, staff_id, vec![]);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(is_changed)
    })
}

/// Lets a disabled person sign in again; `false` where they could.
pub fn enable_staff(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let is_changed = staff::enable(tx, staff_id, now)?;
        if is_changed {
            let entry = NewAuditEntry::on(actor, AuditAction::StaffEnable, ObjectKind::Staff, staff_id, vec![]);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(is_changed)
    })
}
