//! Deactivating: the software or staff release a device's activation.

use super::look_up::IssuedValue;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::storage::license_keys::{self, activations, lookup};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Removes the instance from this key; `false` if the key has none with this id (any more).
pub fn deactivate_license_key_instance(
    ctx: &Context,
    key_id: &LicenseKeyId,
    id: &LicenseKeyInstanceId,
    actor: &Actor,
) -> Result<bool, StorageError> {
    // Answers most repeated requests without a transaction.
    if !ctx.db.read(|conn| is_of(license_keys::instances::find(conn, id), key_id))? {
        return Ok(false);
    }
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !activations::give_place_back(tx, key_id, id)? {
            return Ok(false);
        }
        let changes = vec![Change::set("license_key_id", key_id)];
        let action = AuditAction::LicenseKeyInstanceDeactivate;
        let entry = NewAuditEntry {
            grant_id: license_keys::grant_of(tx, key_id)?,
            ..NewAuditEntry::on(actor, action, ObjectKind::LicenseKeyInstance, id, changes)
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}

/// Removes the instance from whichever key with this value it belongs to; `false` if it belongs to none (any more).
pub fn deactivate_presented(
    ctx: &Context,
    known: &IssuedValue,
    id: &LicenseKeyInstanceId,
    actor: &Actor,
) -> Result<bool, StorageError> {
    let key_id = ctx.db.read(|conn| {
        let key_id = match license_keys::instances::find(conn, id) {
            Ok(instance) => instance.license_key_id,
            Err(StorageError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok::<_, StorageError>(lookup::has_value(conn, &key_id, &known.hash)?.then_some(key_id))
    })?;
    key_id.map_or(Ok(false), |key_id| deactivate_license_key_instance(ctx, &key_id, id, actor))
}

fn is_of(
    found: Result<crate::domain::license_key::instance::LicenseKeyInstance, StorageError>,
    key_id: &LicenseKeyId,
) -> Result<bool, StorageError> {
    match found {
        Ok(instance) => Ok(instance.license_key_id == *key_id),
        Err(StorageError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
