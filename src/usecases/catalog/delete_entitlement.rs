//! Deleting an entitlement: it is no longer sold or listed, and its grants remain.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::EntitlementId;
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Deletes the entitlement; `NotFound` if there is none or it is already deleted.
pub(crate) fn delete_entitlement(ctx: &Context, id: &EntitlementId, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !entitlements::delete(tx, id, now)? {
            return Err(StorageError::NotFound);
        }
        let changes = vec![Change::set("is_active", false)];
        let entry = NewAuditEntry::on(actor, AuditAction::EntitlementDelete, ObjectKind::Entitlement, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
