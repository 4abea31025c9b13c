//! Setting a new password for a person who lost theirs. Ends all their access.

use super::add::hash;
use super::error::StaffError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::staff::Staff;
use crate::storage::{audit_log, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::context::Context;

/// Sets the password; fails if it is unsuitable.
pub fn reset_staff_password(ctx: &Context, person: &Staff, password: &str, actor: &Actor) -> Result<(), StaffError> {
    if !ctx.config.has_passwords {
        return Err(StaffError::PasswordsOff);
    }
    let hash = hash(password, &person.name, &person.email)?;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock(tx, &person.id)?;
        staff::set_password_hash(tx, &person.id, &hash, now)?;
        revoke_access(tx, &person.id, None)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffReset, ObjectKind::Staff, &person.id, vec![]);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(())
    })
}
