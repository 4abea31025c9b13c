//! Recording an export of the audit log and its filter. The caller reads the entries and writes the file.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Records that `actor` exports the entries that match this filter.
pub(crate) fn export_audit_log(ctx: &Context, filter: Vec<Change>, actor: &Actor) -> Result<(), StorageError> {
    let entry = NewAuditEntry::on(actor, AuditAction::AuditExport, ObjectKind::AuditLog, "audit_log", filter);
    ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now()))
}
