//! A license key.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules};

pub(super) const RULES: Rules = Rules { kind: IntegrationType::LicenseKey, delivers: Delivers::Key, fields: &[] };
