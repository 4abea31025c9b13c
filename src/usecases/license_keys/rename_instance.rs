//! Renaming an instance.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::LicenseKeyInstanceId;
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::storage::license_keys::{self, activations};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Renames the instance; `NotFound` if there is none. Names may identify people, so the log records only that the name
/// changed.
pub(crate) fn rename_license_key_instance(
    ctx: &Context,
    id: &LicenseKeyInstanceId,
    name: &str,
    actor: &Actor,
) -> Result<LicenseKeyInstance, StorageError> {
    ctx.db.write(|tx| {
        if !activations::rename(tx, id, name)? {
            return Err(StorageError::NotFound);
        }
        let instance = license_keys::instances::find(tx, id)?;
        let changes = vec![Change::new("name", Some("(hidden)"), Some("(hidden)"))];
        let action = AuditAction::LicenseKeyInstanceUpdate;
        let entry = NewAuditEntry {
            grant_id: license_keys::grant_of(tx, &instance.license_key_id)?,
            ..NewAuditEntry::on(actor, action, ObjectKind::LicenseKeyInstance, id, changes)
        };
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(instance)
    })
}
