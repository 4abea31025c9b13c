//! Validating: software asks whether its key can be used. Only reads.

use super::look_up::look_up;
use crate::domain::ids::LicenseKeyInstanceId;
use crate::domain::license_key::LicenseKeyStatus;
use crate::domain::license_key::presented::PresentedKey;
use crate::storage::StorageError;
use crate::storage::license_keys::{instances, lookup};
use crate::usecases::context::Context;

/// Whether the key can be used now, and on this device if one is given. A key that several customers share can be used
/// while one of theirs can; a device belongs to one of them.
pub(crate) fn validate_license_key(
    ctx: &Context,
    key: &PresentedKey,
    instance: Option<&LicenseKeyInstanceId>,
) -> Result<bool, StorageError> {
    ctx.db.read(|conn| {
        let now = ctx.clock.now();
        let Some(known) = look_up(ctx, conn, key)? else { return Ok(false) };
        if instance.is_none() && known.oldest.status(now) == LicenseKeyStatus::Active {
            return Ok(true);
        }
        let only = match instance.map(|id| instances::find(conn, id)) {
            None => None,
            Some(Ok(instance)) => Some(instance.license_key_id),
            Some(Err(StorageError::NotFound)) => return Ok(false),
            Some(Err(error)) => return Err(error),
        };
        Ok(lookup::find_usable(conn, &known.hash, only.as_ref(), false, now)?.is_some())
    })
}
