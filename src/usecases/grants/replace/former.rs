//! The activations of a key that is replaced, as they are kept until the replacement can no longer be undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::storage::StorageError;

#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    name: String,
    /// Microseconds since 1970.
    created_at: i64,
}

/// The activations of the old key.
pub(in crate::usecases) struct Former(pub Vec<LicenseKeyInstance>);

impl Former {
    pub(in crate::usecases) fn has(&self, id: &LicenseKeyInstanceId) -> bool {
        self.0.iter().any(|instance| instance.id == *id)
    }
}

/// The text in which activations are kept.
pub(super) fn write_former(instances: &[LicenseKeyInstance]) -> Result<String, StorageError> {
    let kept: Vec<Kept> = instances
        .iter()
        .map(|instance| Kept {
            id: instance.id.to_string(),
            name: instance.name.clone(),
            created_at: instance.created_at.as_microsecond(),
        })
        .collect();
    serde_json::to_string(&kept).map_err(|error| StorageError::Corrupt(error.to_string()))
}

/// Reads the output of [`write_former`].
pub(in crate::usecases) fn read_former(text: Option<&str>, key: &LicenseKeyId) -> Result<Former, StorageError> {
    let kept: Vec<Kept> = serde_json::from_str(text.unwrap_or("[]"))
        .map_err(|error| StorageError::Corrupt(format!("the activations of {key}: {error}")))?;
    let instances = kept.into_iter().map(|kept| LicenseKeyInstance {
        id: LicenseKeyInstanceId::stored(kept.id),
        license_key_id: key.clone(),
        name: kept.name,
        created_at: Timestamp::from_microsecond(kept.created_at).unwrap_or_default(),
    });
    Ok(Former(instances.collect()))
}
