//! The entitlement: a reusable definition of what is delivered.

use jiff::Timestamp;

use super::ids::{EntitlementId, ProductId};
pub use super::integration::kind::IntegrationType;
use super::integration::link::NotALink;
use super::integration::rules::Delivers;
use super::integration::rules_of;
use super::license_key::LicenseKeyValue;
use super::license_key::expiry::{ActivationsLimit, ValidityPeriod};
use super::license_key::format::KeyFormat;
use super::license_key::pattern::KeyPattern;
use super::stock::settings::StockSettings;

/// Who supplies the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FulfillmentMode {
    /// A key is generated and delivered at once.
    Auto,
    /// A pending grant waits for staff.
    Manual,
}

impl FulfillmentMode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Manual => "manual",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Manual].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// How keys and links are issued, and what is delivered by itself. Only license keys have a limit, a format and a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueSettings {
    pub fulfillment_mode: FulfillmentMode,
    pub activations_limit: Option<ActivationsLimit>,
    /// How long a key is valid, or a link works.
    pub validity_period: Option<ValidityPeriod>,
    /// Activation instructions for the e-mail; at most 2,500 characters.
    pub activation_message: Option<String>,
    /// The pattern of generated keys; `None` for the default.
    pub key_format: Option<KeyFormat>,
    /// The pattern that keys are compared with; `None` if they have none.
    pub key_pattern: Option<KeyPattern>,
    /// Whether several grants may have the same key, as with volume licenses, or the same link.
    pub key_is_shared: bool,
    /// Of what has no stock, only whether it is delivered by itself.
    pub stock: StockSettings,
}

impl IssueSettings {
    pub const MAX_ACTIVATION_MESSAGE: usize = 2_500;

    /// Staff deliver; nothing else is set.
    pub fn manual() -> Self {
        Self {
            fulfillment_mode: FulfillmentMode::Manual,
            activations_limit: None,
            validity_period: None,
            activation_message: None,
            key_format: None,
            key_pattern: None,
            key_is_shared: false,
            stock: StockSettings::default(),
        }
    }
}

/// The settings of an integration other than `license_key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSettings {
    pub kind: IntegrationType,
    /// The fields of the contract, which the type's rules list: a JSON object as text.
    pub fields: String,
    pub issue: IssueSettings,
}

impl OtherSettings {
    pub fn new(kind: IntegrationType, fields: String) -> Self {
        Self { kind, fields, issue: IssueSettings::manual() }
    }
}

/// Settings specific to the integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntegrationConfig {
    LicenseKey(IssueSettings),
    Other(OtherSettings),
}

impl IntegrationConfig {
    /// One of another type than `license_key`, delivered by staff.
    pub fn other(kind: IntegrationType, fields: String) -> Self {
        Self::Other(OtherSettings::new(kind, fields))
    }

    pub fn integration_type(&self) -> IntegrationType {
        match self {
            Self::LicenseKey(_) => IntegrationType::LicenseKey,
            Self::Other(other) => other.kind,
        }
    }

    /// What the customer gets.
    pub fn delivers(&self) -> Delivers {
        rules_of(self.integration_type()).delivers
    }

    /// How it is issued.
    pub fn issue(&self) -> &IssueSettings {
        match self {
            Self::LicenseKey(settings) => settings,
            Self::Other(other) => &other.issue,
        }
    }

    pub fn issue_mut(&mut self) -> &mut IssueSettings {
        match self {
            Self::LicenseKey(settings) => settings,
            Self::Other(other) => &mut other.issue,
        }
    }

    /// Whether several grants may have the same key or link.
    pub fn shares_key(&self) -> bool {
        self.issue().key_is_shared
    }

    /// The same with the stock settings of `other`, and, where they are no license keys, with how it is issued.
    #[must_use]
    pub fn with_stock_of(mut self, other: &Self) -> Self {
        match (&mut self, other) {
            (Self::Other(mine), Self::Other(theirs)) => mine.issue = theirs.issue.clone(),
            (mine, theirs) => mine.issue_mut().stock = theirs.issue().stock,
        }
        self
    }

    /// Checks a value that is to be issued: a link has to be one of the platform. Anything may be a key.
    pub fn check_value(&self, value: &LicenseKeyValue) -> Result<(), NotALink> {
        rules_of(self.integration_type()).check_value(value)
    }

    /// The license key settings; `None` for other integrations.
    pub fn license_key(&self) -> Option<&IssueSettings> {
        match self {
            Self::LicenseKey(settings) => Some(settings),
            Self::Other(_) => None,
        }
    }
}

/// The maximum length of a description, in characters.
pub const MAX_DESCRIPTION: usize = 2_000;

/// A reusable definition of what is delivered.
#[derive(Debug, Clone)]
pub struct Entitlement {
    pub id: EntitlementId,
    pub product_id: ProductId,
    pub product_name: String,
    pub name: String,
    pub description: Option<String>,
    pub config: IntegrationConfig,
    /// A JSON object as text.
    pub metadata: String,
    pub is_active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
