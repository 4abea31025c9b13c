//! A license key instance: one activation of a license key on a device.

use jiff::Timestamp;

use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::text::{self, TextError};

/// One activation; it counts toward the key's limit until it is deactivated.
#[derive(Debug, Clone)]
pub struct LicenseKeyInstance {
    pub id: LicenseKeyInstanceId,
    pub license_key_id: LicenseKeyId,
    /// The name that the software gives the device.
    pub name: String,
    pub created_at: Timestamp,
}

/// Parses an instance's name: one line of 1 to 255 characters.
pub(crate) fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 255)
}
