//! Changing a person's name.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::staff::Staff;
use crate::storage::{StorageError, audit_log, staff};
use crate::usecases::context::Context;

/// Sets the name; does nothing if it is unchanged. Names are not written to the log.
pub(crate) fn rename_staff(ctx: &Context, person: &Staff, name: &str, actor: &Actor) -> Result<(), StorageError> {
    if person.name == name {
        return Ok(());
    }
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::set_name(tx, &person.id, name, now)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffRename, ObjectKind::Staff, &person.id, vec![]);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
