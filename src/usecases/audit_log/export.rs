//! Recording an export of a list and its filter. The caller reads the list and writes the file.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::list::List;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Records that `actor` exports what matches this filter.
pub(crate) fn export_list(ctx: &Context, list: List, filter: Vec<Change>, actor: &Actor) -> Result<(), StorageError> {
    let (action, kind, id) = match list {
        List::Audit => (AuditAction::AuditExport, ObjectKind::AuditLog, "audit_log"),
        other => (AuditAction::ListExport, ObjectKind::List, other.as_str()),
    };
    let entry = NewAuditEntry::on(actor, action, kind, id, filter);
    ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now()))
}
