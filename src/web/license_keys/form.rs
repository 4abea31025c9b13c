//! The form that changes a license key's limit and expiry.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::expiry::{ActivationsLimit, parse_local};
use crate::domain::text;
use crate::i18n::Localizer;
use crate::usecases::license_keys::update::LicenseKeyChange;
use crate::web::FormErrors;
use crate::web::entitlements::form::EntitlementForm;
use crate::web::grants::fulfillment::form::{expiry_error, moment_kind};

/// The fields as submitted; an empty field clears the value.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LicenseKeyForm {
    pub activations_limit: String,
    pub expires_at: String,
}

impl LicenseKeyForm {
    /// The form filled in from the key; times are in the person's time zone.
    pub fn of(key: &LicenseKeySummary, l: &Localizer) -> Self {
        Self {
            activations_limit: key.activations_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            expires_at: key.expires_at.map(|at| local(at, l)).unwrap_or_default(),
        }
    }

    /// The changes, or the errors of each field. An expiry that was not edited keeps its seconds.
    pub fn parse(
        &self,
        key: &LicenseKeySummary,
        l: &Localizer,
        now: Timestamp,
    ) -> Result<LicenseKeyChange, FormErrors> {
        let mut errors = FormErrors::new();
        let limit = text::optional(&self.activations_limit, ActivationsLimit::parse)
            .map_err(|_| errors.add("activations_limit", l.t("entitlements-limit-wrong")))
            .unwrap_or_default();
        let is_same = key.expires_at.is_some_and(|at| local(at, l) == self.expires_at.trim());
        let expires_at = if is_same {
            None
        } else {
            let typed = text::optional(&self.expires_at, |text| parse_local(text, &l.time_zone, now));
            Some(typed.map_err(|error| errors.add("expires_at", expiry_error(l, error))).unwrap_or_default())
        };
        if errors.is_empty() {
            Ok(LicenseKeyChange { activations_limit: Some(limit), expires_at, is_disabled: None })
        } else {
            Err(errors)
        }
    }

    /// The `type` of each input; `text` for other values, which browsers would clear.
    pub fn limit_kind(&self) -> &'static str {
        EntitlementForm::number_kind(&self.activations_limit)
    }

    pub fn expires_kind(&self) -> &'static str {
        moment_kind(&self.expires_at)
    }
}

/// A timestamp in the format of a browser's date input.
fn local(at: Timestamp, l: &Localizer) -> String {
    at.to_zoned(l.time_zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}
