//! A license key instance: one activation of a license key on a device.

use jiff::Timestamp;

use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::text::{self, TextError};

/// One activation; it takes one place of the key's limit until it is deactivated.
#[derive(Debug, Clone)]
pub struct LicenseKeyInstance {
    pub id: LicenseKeyInstanceId,
    pub license_key_id: LicenseKeyId,
    /// What the software calls the device.
    pub name: String,
    pub created_at: Timestamp,
}

/// One line of 1 to 255 characters.
pub fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 255)
}
