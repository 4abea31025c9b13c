//! Changing a person's role. Ends all their access, because rights apply to a whole session; an invited person gets a
//! new invitation.

use super::error::StaffError;
use super::send_link::send_link;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::StaffId;
use crate::domain::staff::link::LinkPurpose;
use crate::domain::staff::{Role, StaffStatus};
use crate::storage::{StorageError, Tx, audit_log, grants, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::context::Context;

/// Assigns the role; `false` if the person already had it. Fails for the last active admin.
pub fn change_staff_role(ctx: &Context, staff_id: &StaffId, role: Role, actor: &Actor) -> Result<bool, StaffError> {
    ctx.db.write(|tx| change_role_in(ctx, tx, staff_id, role, actor))
}

/// Like [`change_staff_role`], but inside the caller's transaction.
pub(in crate::usecases) fn change_role_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    role: Role,
    actor: &Actor,
) -> Result<bool, StaffError> {
    let now = ctx.clock.now();
    staff::lock_admins(tx)?;
    let person = staff::lock(tx, staff_id)?.ok_or(StaffError::NotFound)?;
    if person.role == role {
        return Ok(false);
    }
    if is_last_admin(tx, staff_id)? {
        return Err(StaffError::LastAdmin);
    }
    staff::set_role(tx, staff_id, role, now)?;
    let invitation = staff::links::list(tx, Some(staff_id))?
        .into_iter()
        .find(|link| link.purpose == LinkPurpose::Invitation && person.status() == StaffStatus::Invited);
    revoke_access(tx, staff_id, None)?;
    if let Some(invitation) = invitation {
        send_link(ctx, tx, staff_id, LinkPurpose::Invitation, &invitation.language, now)?;
    }
    let mut changes = vec![Change::new("role", Some(person.role.as_str()), Some(role.as_str()))];
    if role < Role::Agent {
        let unassigned = grants::handling::unassign_all(tx, staff_id)?;
        changes.extend((unassigned > 0).then(|| Change::set("grants_unassigned", unassigned)));
    }
    let entry = NewAuditEntry::on(actor, AuditAction::StaffChangeRole, ObjectKind::Staff, staff_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(true)
}

/// Whether no other person could manage the portal. Holds the lock on admins until the transaction ends.
pub(in crate::usecases) fn is_last_admin(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<bool, StorageError> {
    staff::lock_admins(tx)?;
    let person = staff::find(tx, staff_id)?;
    let is_active_admin =
        person.is_some_and(|person| person.role == Role::Admin && person.status() == StaffStatus::Active);
    Ok(is_active_admin && !staff::has_other_admin(tx, staff_id)?)
}
