//! What the rules of an integration type say.

use super::kind::IntegrationType;

/// The rules of one integration type. Each type has a file; everything else asks these rules.
#[derive(Debug)]
pub struct Rules {
    pub kind: IntegrationType,
    pub delivers: Delivers,
    /// The fields of the contract's `integration_config`; none for license keys, whose settings have a type of their own.
    pub fields: &'static [ConfigField],
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
