//! A new password for a person who lost theirs; their sessions end.

use super::add_staff::{AddStaffError, check_password};
use super::context::Context;
use crate::crypto;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::ids::StaffId;
use crate::storage::{audit, sessions, staff};

/// Sets the password; fails where it is unfit.
pub fn reset_staff_password(
    ctx: &Context,
    staff_id: &StaffId,
    password: &str,
    actor: &Actor,
) -> Result<(), AddStaffError> {
    check_password(password).map_err(AddStaffError::Password)?;
    let hash = crypto::hash_password(password);
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::set_password_hash(tx, staff_id, &hash, now)?;
        sessions::delete_all_of(tx, staff_id)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffReset, "staff", staff_id, vec![]);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(())
    })
}
