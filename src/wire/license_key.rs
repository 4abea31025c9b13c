//! A license key.

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;
use super::text::{optional_time, time};
use crate::domain::license_key::warnings::Warning;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus};
use crate::i18n::{Localizer, key_warning};
use crate::usecases::Context;
use crate::usecases::license_keys::read::LicenseKeyView;

/// An issued license key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LicenseKey {
    #[schema(example = "lic_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub brand_id: String,
    pub business_id: String,
    pub customer_id: String,
    pub product_id: String,
    /// In plaintext; masked for API keys with the role `viewer`.
    pub key: String,
    pub status: LicenseKeyStatusName,
    pub source: LicenseKeySourceName,
    /// The number of activations in use.
    pub instances_count: i32,
    #[schema(required)]
    pub activations_limit: Option<i32>,
    #[schema(format = DateTime, required)]
    pub expires_at: Option<String>,
    #[schema(required)]
    pub payment_id: Option<String>,
    #[schema(required)]
    pub subscription_id: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// What looks wrong about a key that was just supplied; it was accepted all the same (Keydesk extension). Omitted if
    /// there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub warnings: Vec<KeyWarning>,
}

/// Something that looks wrong about a key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct KeyWarning {
    #[schema(example = "typographic_dashes")]
    pub code: String,
    pub message: String,
}

impl KeyWarning {
    pub(crate) fn of(warnings: &[Warning]) -> Vec<Self> {
        let l = Localizer::for_programs();
        let of = |warning: &Warning| Self { code: warning.code().to_owned(), message: key_warning(&l, warning) };
        warnings.iter().map(of).collect()
    }
}

names! {
    /// Whether a key can be used.
    LicenseKeyStatusName of LicenseKeyStatus, "lowercase": Active, Expired, Disabled
}

names! {
    /// How a key was created.
    LicenseKeySourceName of LicenseKeySource, "lowercase": Auto, Import, Manual
}

impl LicenseKey {
    pub(crate) fn new(ctx: &Context, view: &LicenseKeyView) -> Self {
        let (key, summary) = (&view.key, &view.shown.summary);
        Self {
            id: summary.id.to_string(),
            brand_id: ctx.brand_id.to_string(),
            business_id: ctx.business_id.to_string(),
            customer_id: key.customer_id.to_string(),
            product_id: key.product_id.to_string(),
            key: view.shown.text(),
            status: summary.status(ctx.clock.now()).into(),
            source: summary.source.into(),
            instances_count: summary.activations_used,
            activations_limit: summary.activations_limit,
            expires_at: optional_time(summary.expires_at),
            payment_id: key.payment_id.clone(),
            subscription_id: key.subscription_id.clone(),
            created_at: time(summary.created_at),
            warnings: Vec::new(),
        }
    }
}
