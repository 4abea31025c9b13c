//! Releasing a grant that one has claimed.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::stock::draw;
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

/// Releases the claim and the key that was reserved with it; `false` if `staff` had no claim on the grant. `NotFound` if there is no such grant.
pub(crate) fn release_grant(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        if !grants::claims::release(tx, grant_id, staff)? {
            return Ok(false);
        }
        draw::give_back(tx, grant_id)?;
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantRelease, grant_id, Vec::new());
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(true)
    })
}
