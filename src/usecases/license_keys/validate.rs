//! Validating: sold software asks whether its key may be used. One read, nothing else.

use crate::domain::ids::LicenseKeyInstanceId;
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeyValue};
use crate::storage::{StorageError, license_keys};
use crate::usecases::context::Context;

/// Whether the key may be used at this moment, on this device where one is named.
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
