//! What the rules of an integration type say.

use super::kind::IntegrationType;
use super::link::{self, LinkError, NotALink};
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};

/// The rules of one integration type. Each type has a file; everything else asks these rules.
#[derive(Debug)]
pub struct Rules {
    pub kind: IntegrationType,
    pub delivers: Delivers,
    /// The fields of the contract's `integration_config`; none for license keys, whose settings have a type of their own.
    pub fields: &'static [ConfigField],
}

impl Rules {
    /// The link in a text that somebody typed, if it is one of the platform.
    pub fn parse_link(&self, text: &str) -> Result<LicenseKeyValue, NotALink> {
        let value = LicenseKeyValue::parse(text).map_err(|error| {
            let error = match error {
                LicenseKeyValueError::Empty => LinkError::Empty,
                LicenseKeyValueError::TooLong => LinkError::TooLong,
                LicenseKeyValueError::Character(_) => LinkError::Malformed,
            };
            NotALink { kind: self.kind, error }
        })?;
        self.check_value(&value)?;
        Ok(value)
    }

    /// Checks a value that is to be issued: a link has to be one of the platform. Anything may be a key.
    pub fn check_value(&self, value: &LicenseKeyValue) -> Result<(), NotALink> {
        match self.delivers {
            Delivers::Link { hosts, .. } => {
                let kind = self.kind;
                link::parse(value.expose(), hosts).map(drop).map_err(|error| NotALink { kind, error })
            }
            Delivers::Key | Delivers::Files | Delivers::Feature => Ok(()),
        }
    }
}

/// What the customer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivers {
    /// A license key.
    Key,
    /// A link to one of these hosts or to a host below one of them, such as an invitation.
    Link { hosts: &'static [&'static str], example: &'static str },
    /// Files to download.
    Files,
    /// A feature that is switched on; programs read it.
    Feature,
}

impl Delivers {
    /// Whether a value is issued, a key or a link. Such a value is sealed, and can come from stock.
    pub fn is_value(self) -> bool {
        matches!(self, Self::Key | Self::Link { .. })
    }

    /// Whether an entitlement may carry files: alone, or with its keys.
    pub fn carries_files(self) -> bool {
        matches!(self, Self::Key | Self::Files)
    }

    /// Whether staff deliver it, unless it is delivered by itself.
    pub fn is_by_staff(self) -> bool {
        self != Self::Feature
    }

    pub fn is_link(self) -> bool {
        matches!(self, Self::Link { .. })
    }
}

/// A field of a configuration.
#[derive(Debug)]
pub struct ConfigField {
    pub name: &'static str,
    pub is_required: bool,
    pub takes: Takes,
}

/// What a field of a configuration may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A line of at most 255 characters, such as an id of the platform.
    Line,
    OneOf(&'static [&'static str]),
    /// An http or https URL of at most 2,048 characters.
    WebAddress,
    /// Lines of at most 2,500 characters in all.
    Text,
    /// Ids of files.
    Files,
}

pub(super) const fn required(name: &'static str, takes: Takes) -> ConfigField {
    ConfigField { name, is_required: true, takes }
}

pub(super) const fn optional(name: &'static str, takes: Takes) -> ConfigField {
    ConfigField { name, is_required: false, takes }
}
