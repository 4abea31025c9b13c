//! A grant, its key, its files and its feature.

use serde::Serialize;
use utoipa::ToSchema;

use super::file::DigitalProductDelivery;
use super::json::Json;
use super::license_key::{KeyWarning, LicenseKeyStatusName};
use super::names::names;
use super::text::{IntegrationType, object, optional_time, time};
use crate::domain::grant::GrantStatus;
use crate::usecases::Context;
use crate::usecases::license_keys::read::{GrantView, ShownKey};

/// One entitlement issued to one customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Grant {
    #[schema(example = "entg_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub brand_id: String,
    pub business_id: String,
    pub customer_id: String,
    pub entitlement_id: String,
    pub integration_type: IntegrationType,
    pub status: GrantStatusName,
    #[schema(value_type = Object)]
    pub metadata: Json,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    #[schema(format = DateTime, required)]
    pub delivered_at: Option<String>,
    #[schema(format = DateTime, required)]
    pub revoked_at: Option<String>,
    #[schema(required)]
    pub revocation_reason: Option<String>,
    #[schema(required)]
    pub error_code: Option<String>,
    #[schema(required)]
    pub error_message: Option<String>,
    #[schema(required)]
    pub payment_id: Option<String>,
    #[schema(required)]
    pub subscription_id: Option<String>,
    /// The link of a grant of a platform, such as an invitation; `null` for API keys that may not see keys.
    #[schema(required)]
    pub oauth_url: Option<String>,
    /// When the link ends; `null` if it does not.
    #[schema(format = DateTime, required)]
    pub oauth_expires_at: Option<String>,
    /// Files, an external URL and instructions, while the grant is delivered; `null` before, and after revocation.
    #[schema(value_type = Option<DigitalProductDelivery>, required)]
    pub digital_product_delivery: Option<Json>,
    /// The feature of a `feature_flag` grant.
    #[schema(value_type = Option<Object>, required)]
    pub feature: Option<Json>,
    /// `null` until delivered; remains after revocation.
    #[schema(required)]
    pub license_key: Option<GrantLicenseKey>,
    /// What looks wrong about a key that was just supplied; it was accepted all the same (Keydesk extension). Omitted if
    /// there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub warnings: Vec<KeyWarning>,
}

names! {
    /// The state of a grant.
    GrantStatusName of GrantStatus, "PascalCase": Pending, Delivered, Failed, Revoked
}

/// The key of a grant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GrantLicenseKey {
    pub id: String,
    /// In plaintext; masked for API keys with the role `viewer`.
    pub key: String,
    pub status: LicenseKeyStatusName,
    pub activations_used: i32,
    /// `null` for unlimited activations.
    #[schema(required)]
    pub activations_limit: Option<i32>,
    #[schema(format = DateTime, required)]
    pub expires_at: Option<String>,
}

impl Grant {
    pub(crate) fn new(ctx: &Context, view: &GrantView) -> Self {
        let grant = &view.grant;
        let issued = view.license_key.as_ref();
        let (link, key) = (issued.filter(|key| key.summary.is_link), issued.filter(|key| !key.summary.is_link));
        Self {
            id: grant.id.to_string(),
            brand_id: ctx.brand_id.to_string(),
            business_id: ctx.business_id.to_string(),
            customer_id: grant.customer_id.to_string(),
            entitlement_id: grant.entitlement_id.to_string(),
            integration_type: grant.integration_type.into(),
            status: grant.status.into(),
            metadata: object(&grant.metadata),
            created_at: time(grant.created_at),
            updated_at: time(grant.updated_at),
            delivered_at: optional_time(grant.delivered_at),
            revoked_at: optional_time(grant.revoked_at),
            revocation_reason: grant.revocation_reason.clone(),
            error_code: grant.error_code.clone(),
            error_message: grant.error_message.clone(),
            payment_id: grant.payment_id.clone(),
            subscription_id: grant.subscription_id.clone(),
            oauth_url: match link {
                Some(link) => link.value.as_ref().map(|value| value.expose().to_owned()),
                None => grant.integration.oauth_url.clone(),
            },
            oauth_expires_at: optional_time(match link {
                Some(link) => link.summary.expires_at,
                None => grant.integration.oauth_expires_at,
            }),
            digital_product_delivery: match &view.files {
                Some(files) => Some(DigitalProductDelivery::new(ctx, &grant.id, files).into_json()),
                None => grant.integration.digital_product_delivery.as_deref().map(object),
            },
            feature: grant.integration.feature.as_deref().map(object),
            license_key: key.map(|key| GrantLicenseKey::new(ctx, key)),
            warnings: Vec::new(),
        }
    }
}

impl GrantLicenseKey {
    fn new(ctx: &Context, key: &ShownKey) -> Self {
        Self {
            id: key.summary.id.to_string(),
            key: key.text(),
            status: key.summary.status(ctx.clock.now()).into(),
            activations_used: key.summary.activations_used,
            activations_limit: key.summary.activations_limit,
            expires_at: optional_time(key.summary.expires_at),
        }
    }
}

/// The grants of one sale: the first, and the list of all if there are several.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SoldGrants {
    #[serde(flatten)]
    pub first: Grant,
    /// All grants of the sale, including the first; only if there is more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub items: Vec<Grant>,
}

impl SoldGrants {
    /// `None` if `views` is empty.
    pub(crate) fn new(ctx: &Context, views: &[GrantView]) -> Option<Self> {
        let first = Grant::new(ctx, views.first()?);
        let items = match views {
            [_] => Vec::new(),
            several => several.iter().map(|view| Grant::new(ctx, view)).collect(),
        };
        Some(Self { first, items })
    }
}
