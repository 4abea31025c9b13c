//! Validating: software asks whether its key can be used. A single read.

use crate::domain::ids::LicenseKeyInstanceId;
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeyValue};
use crate::storage::{StorageError, license_keys};
use crate::usecases::context::Context;

/// Whether the key can be used now, and on this device if one is given.
pub fn validate_license_key(
    ctx: &Context,
    key: &LicenseKeyValue,
    instance: Option<&LicenseKeyInstanceId>,
) -> Result<bool, StorageError> {
    let hash = ctx.keyring.lookup_hash(key.expose());
    ctx.db.read(|conn| {
        let Some(known) = license_keys::find_summary_by_hash(conn, &hash)? else { return Ok(false) };
        if known.status(ctx.clock.now()) != LicenseKeyStatus::Active {
            return Ok(false);
        }
        match instance.map(|id| license_keys::instances::find(conn, id)) {
            None => Ok(true),
            Some(Ok(instance)) => Ok(instance.license_key_id == known.id),
            Some(Err(StorageError::NotFound)) => Ok(false),
            Some(Err(error)) => Err(error),
        }
    })
}
