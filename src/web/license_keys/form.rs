//! The form that changes a license key's limit and expiry.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::text;
use crate::i18n::Localizer;
use crate::usecases::license_keys::update::LicenseKeyChange;
use crate::web::FormErrors;
use crate::web::forms::end::{self, TypedEnd};

/// The fields as submitted; an empty field clears the value.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LicenseKeyForm {
    pub activations_limit: String,
    pub expires_at: String,
    pub expires_time: String,
    /// The version of the key that the form was filled in from; empty from programs, which overwrite any.
    pub version: String,
}

impl LicenseKeyForm {
    /// The form filled in from the key; times are in the person's time zone.
    pub(crate) fn of(key: &LicenseKeySummary, l: &Localizer) -> Self {
        let (expires_at, expires_time) = key.expires_at.map(|at| end::shown(at, l)).unwrap_or_default();
        let activations_limit = key.activations_limit.map(|limit| limit.to_string()).unwrap_or_default();
        Self { activations_limit, expires_at, expires_time, version: key.version() }
    }

    /// The changes, or the errors of each field. An expiry that was not edited keeps its fraction of a second and its
    /// time zone.
    pub(crate) fn parse(
        &self,
        key: &LicenseKeySummary,
        l: &Localizer,
        now: Timestamp,
    ) -> Result<LicenseKeyChange, FormErrors> {
        let mut errors = FormErrors::new();
        let limit = text::optional(&self.activations_limit, ActivationsLimit::parse)
            .map_err(|_| errors.add("activations_limit", l.t("entitlements-limit-wrong")))
            .unwrap_or_default();
        let typed = (self.expires_at.trim(), self.expires_time.trim());
        let is_same = key.expires_at.is_some_and(|at| {
            let (date, time) = end::shown(at, l);
            typed == (date.as_str(), time.as_str())
        });
        let expires_at =
            if is_same { None } else { Some(TypedEnd { date: typed.0, time: typed.1 }.read(l, now, &mut errors)) };
        if !errors.is_empty() {
            return Err(errors);
        }
        let version = self.version.trim();
        Ok(LicenseKeyChange {
            activations_limit: Some(limit),
            expires_at,
            expires_zone: end::zone_name(l),
            is_disabled: None,
            note: None,
            only_version: (!version.is_empty()).then(|| version.to_owned()),
        })
    }
}
