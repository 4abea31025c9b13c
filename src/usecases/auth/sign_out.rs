//! Recording a sign-out; the session itself ends with the request.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Records that a person signed out.
pub(crate) fn sign_out(ctx: &Context, actor: &Actor) -> Result<(), StorageError> {
    let entry = NewAuditEntry::on(actor, AuditAction::StaffLogout, ObjectKind::Staff, actor.id(), vec![]);
    ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now()))
}
