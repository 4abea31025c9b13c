//! Exporting the audit log: that it was done, with which filter. Reading and writing the file is the door's work.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Writes down that `actor` takes the entries of that filter away.
pub fn export_audit_log(ctx: &Context, filter: Vec<Change>, actor: &Actor) -> Result<(), StorageError> {
    let entry = NewAuditEntry::on(actor, AuditAction::AuditExport, ObjectKind::AuditLog, "audit_log", filter);
    ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now()))
}
