//! The entitlement: a reusable definition of what is delivered.

use jiff::Timestamp;

use super::ids::{EntitlementId, ProductId};
use super::license_key::expiry::{ActivationsLimit, ValidityPeriod};
use super::license_key::format::KeyFormat;
use super::license_key::pattern::KeyPattern;
use super::stock::settings::StockSettings;

macro_rules! integration_types {
    ($($variant:ident = $text:literal,)*) => {
        /// What kind of thing is delivered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IntegrationType { $($variant,)* }

        impl IntegrationType {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

integration_types! {
    LicenseKey = "license_key",
    DigitalFiles = "digital_files",
    Discord = "discord",
    Telegram = "telegram",
    Github = "github",
    Figma = "figma",
    Framer = "framer",
    Notion = "notion",
    FeatureFlag = "feature_flag",
}

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

/// The settings of a `license_key` entitlement, applied to its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseKeySettings {
    pub fulfillment_mode: FulfillmentMode,
    pub activations_limit: Option<ActivationsLimit>,
    pub validity_period: Option<ValidityPeriod>,
    /// Activation instructions for the e-mail; at most 2,500 characters.
    pub activation_message: Option<String>,
    /// The pattern of generated keys; `None` for the default.
    pub key_format: Option<KeyFormat>,
    /// The pattern that keys are compared with; `None` if they have none.
    pub key_pattern: Option<KeyPattern>,
    /// Whether several grants may have the same key, as with volume licenses.
    pub key_is_shared: bool,
    pub stock: StockSettings,
}

impl LicenseKeySettings {
    pub const MAX_ACTIVATION_MESSAGE: usize = 2_500;
}

/// Settings specific to the integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntegrationConfig {
    LicenseKey(LicenseKeySettings),
    /// A JSON object as text, for integrations that Keydesk lists but does not fulfill.
    Other(IntegrationType, String),
}

impl IntegrationConfig {
    pub fn integration_type(&self) -> IntegrationType {
        match self {
            Self::LicenseKey(_) => IntegrationType::LicenseKey,
            Self::Other(kind, _) => *kind,
        }
    }

    /// Whether several grants may have the same key.
    pub fn shares_key(&self) -> bool {
        self.license_key().is_some_and(|settings| settings.key_is_shared)
    }

    /// The same with the stock settings of `other`.
    #[must_use]
    pub fn with_stock_of(mut self, other: &Self) -> Self {
        if let (Self::LicenseKey(settings), Some(theirs)) = (&mut self, other.license_key()) {
            settings.stock = theirs.stock;
        }
        self
    }

    /// The license key settings; `None` for other integrations.
    pub fn license_key(&self) -> Option<&LicenseKeySettings> {
        match self {
            Self::LicenseKey(settings) => Some(settings),
            Self::Other(..) => None,
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
