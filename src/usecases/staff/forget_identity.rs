//! Unbinding a person from the identity provider: their next sign-in binds them again by their verified address. For
//! people whose account at the provider was replaced.

use super::error::StaffError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::StaffId;
use crate::storage::{audit_log, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::context::Context;

/// Deletes the person's bindings and ends their sessions; `false` if there was no binding.
pub fn forget_identity(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StaffError> {
    ctx.db.write(|tx| {
        staff::lock_admins(tx)?;
        let person = staff::lock(tx, staff_id)?.ok_or(StaffError::NotFound)?;
        let bindings = staff::identities::of_staff(tx, &person.id)?;
        if bindings.is_empty() {
            return Ok(false);
        }
        staff::identities::delete_of(tx, &person.id)?;
        revoke_access(tx, &person.id, None)?;
        let changes = bindings.iter().map(|binding| Change::new("issuer", Some(&binding.issuer), None)).collect();
        let entry = NewAuditEntry::on(actor, AuditAction::StaffIdentityRemove, ObjectKind::Staff, &person.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(true)
    })
}
