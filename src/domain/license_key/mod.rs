//! The license key: the secret text that the customer pays for, and its record.

pub(crate) mod characters;
pub mod expiry;
mod extract;
pub(crate) mod fold;
pub(crate) mod format;
pub(crate) mod instance;
pub mod pattern;
pub mod presented;
mod value;
pub(crate) mod warnings;

use jiff::Timestamp;

use super::ids::{CustomerId, LicenseKeyId, ProductId};
pub use value::{LicenseKeyValue, LicenseKeyValueError};

/// How a hidden key is displayed: twelve dots, then its last four letters or digits.
pub fn masked(last_four: &str) -> String {
    format!("••••••••••••{last_four}")
}

/// Whether the key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseKeyStatus {
    Active,
    Expired,
    Disabled,
}

impl LicenseKeyStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Disabled];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

/// How the key was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseKeySource {
    Auto,
    Import,
    Manual,
}

impl LicenseKeySource {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Import, Self::Manual];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Import => "import",
            Self::Manual => "manual",
        }
    }
}

/// Where the expiry of a key came from. It is not known of keys that are older than this distinction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpirySource {
    /// The duration of the entitlement; a renewal extends it.
    Duration,
    /// Somebody chose it.
    Chosen,
}

impl ExpirySource {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duration => "duration",
            Self::Chosen => "chosen",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Duration, Self::Chosen].into_iter().find(|source| source.as_str() == text)
    }
}

/// The facts about a key that pages show without revealing its value.
#[derive(Debug, Clone)]
pub struct LicenseKeySummary {
    pub id: LicenseKeyId,
    /// Whether it is a link to a platform instead of a key.
    pub is_link: bool,
    pub last_four: String,
    pub source: LicenseKeySource,
    pub is_disabled: bool,
    /// Whether staff disabled it, so that restoring its grant does not enable it.
    pub stays_disabled: bool,
    pub activations_used: i32,
    pub activations_limit: Option<i32>,
    pub expires_at: Option<Timestamp>,
    /// The name of the time zone that the expiry was chosen in, if staff chose it.
    pub expires_zone: Option<String>,
    pub expiry_source: Option<ExpirySource>,
    pub created_at: Timestamp,
}

impl LicenseKeySummary {
    pub fn status(&self, now: Timestamp) -> LicenseKeyStatus {
        if self.is_disabled {
            LicenseKeyStatus::Disabled
        } else if self.expires_at.is_some_and(|at| at <= now) {
            LicenseKeyStatus::Expired
        } else {
            LicenseKeyStatus::Active
        }
    }

    /// Changes whenever the limit or the expiry changes.
    pub fn version(&self) -> String {
        let limit = self.activations_limit.map(|limit| limit.to_string()).unwrap_or_default();
        let end = self.expires_at.map(|at| at.as_microsecond().to_string()).unwrap_or_default();
        format!("{limit}/{end}")
    }

    /// The masked key, for display.
    pub fn masked(&self) -> String {
        masked(&self.last_four)
    }
}

/// A license key with its customer, entitlement and grant; its value stays encrypted.
#[derive(Debug, Clone)]
pub struct LicenseKey {
    pub summary: LicenseKeySummary,
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
}
