//! Disabling a person, which ends all their access immediately and prevents sign-in, and enabling them again.

use super::change_role::is_last_admin;
use super::error::StaffError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::storage::{audit_log, grants, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::context::Context;

/// The longest reason, in characters.
pub const MAX_REASON: usize = 500;

/// Disables the person, whose grants are then assigned to nobody; `false` if they were already disabled. Fails for the last active admin.
pub fn disable_staff(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StaffError> {
    disable_staff_because(ctx, staff_id, None, actor)
}

/// The same with a reason, which stands on the person's page, and not in the log.
pub fn disable_staff_because(
    ctx: &Context,
    staff_id: &StaffId,
    reason: Option<&str>,
    actor: &Actor,
) -> Result<bool, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock_admins(tx)?;
        staff::lock(tx, staff_id)?.ok_or(StaffError::NotFound)?;
        if is_last_admin(tx, staff_id)? {
            return Err(StaffError::LastAdmin);
        }
        let is_changed = staff::disable(tx, staff_id, reason, now)?;
        revoke_access(tx, staff_id, None)?;
        if is_changed {
            let unassigned = grants::handling::unassign_all(tx, staff_id)?;
            let unassigned = (unassigned > 0).then(|| Change::set("grants_unassigned", unassigned));
            let length = reason.map(|text| format!("({} characters)", text.chars().count()));
            let changes = unassigned.into_iter().chain(length.map(|length| Change::set("reason", length))).collect();
            let entry = NewAuditEntry::on(actor, AuditAction::StaffDisable, ObjectKind::Staff, staff_id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(is_changed)
    })
}

/// Allows a disabled person to sign in again, and assigns to them what was theirs; `false` if they already could.
pub fn enable_staff(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let is_changed = staff::enable(tx, staff_id, now)?;
        if is_changed {
            let may_fulfill = staff::find(tx, staff_id)?.is_some_and(|person| person.role >= Role::Agent);
            let assigned = if may_fulfill { grants::handling::assign_again(tx, staff_id)? } else { 0 };
            let changes = (assigned > 0).then(|| Change::set("grants_assigned", assigned)).into_iter().collect();
            let entry = NewAuditEntry::on(actor, AuditAction::StaffEnable, ObjectKind::Staff, staff_id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(is_changed)
    })
}
