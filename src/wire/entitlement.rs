//! An entitlement, and the product it belongs to.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::json::Json;
use super::text::{object, time};
use crate::domain::entitlement::{self, IntegrationConfig, IssueSettings};
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::product;
use crate::usecases::Context;

/// A reusable definition of what is delivered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entitlement {
    #[schema(example = "ent_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub business_id: String,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    pub integration_type: super::text::IntegrationType,
    /// All fields of the integration type, `null` if empty.
    #[schema(value_type = Object)]
    pub integration_config: Value,
    /// Whether it can be sold.
    pub is_active: bool,
    /// The product it belongs to (Keydesk extension).
    pub product_id: String,
    #[schema(value_type = Object)]
    pub metadata: Json,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl Entitlement {
    pub(crate) fn new(ctx: &Context, entitlement: &entitlement::Entitlement) -> Self {
        Self {
            id: entitlement.id.to_string(),
            business_id: ctx.business_id.to_string(),
            name: entitlement.name.clone(),
            description: entitlement.description.clone(),
            integration_type: entitlement.config.integration_type().into(),
            integration_config: integration_config(&entitlement.config),
            is_active: entitlement.is_active,
            product_id: entitlement.product_id.to_string(),
            metadata: object(&entitlement.metadata),
            created_at: time(entitlement.created_at),
            updated_at: time(entitlement.updated_at),
        }
    }
}

/// The configuration with every field of its type.
pub(crate) fn integration_config(config: &IntegrationConfig) -> Value {
    match config {
        IntegrationConfig::LicenseKey(settings) => license_key(settings),
        IntegrationConfig::Other(other) => {
            let mut fields: serde_json::Map<String, Value> = serde_json::from_str(&other.fields).unwrap_or_default();
            for field in rules_of(other.kind).fields {
                fields.entry(field.name).or_insert(Value::Null);
            }
            Value::Object(fields)
        }
    }
}

fn license_key(settings: &IssueSettings) -> Value {
    json!({
        "activation_message": settings.activation_message,
        "activations_limit": settings.activations_limit.map(ActivationsLimit::get),
        "duration_count": settings.validity_period.map(|period| period.count),
        "duration_interval": settings.validity_period.map(|period| period.interval.as_str()),
        "fulfillment_mode": settings.fulfillment_mode.as_str(),
        "key_format": settings.key_format.as_ref().map(ToString::to_string),
        "key_pattern": settings.key_pattern.as_ref().map(ToString::to_string),
        "key_is_shared": settings.key_is_shared,
    })
}

/// What was sold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Product {
    #[schema(example = "pdt_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub product_id: String,
    pub business_id: String,
    pub name: String,
    /// The product's entitlements.
    pub entitlements: Vec<ProductEntitlement>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// An entitlement in short form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductEntitlement {
    pub id: String,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    pub integration_type: super::text::IntegrationType,
    #[schema(value_type = Object)]
    pub integration_config: Value,
}

impl Product {
    pub(crate) fn new(ctx: &Context, product: &product::Product) -> Self {
        let short = |entitlement: &entitlement::Entitlement| ProductEntitlement {
            id: entitlement.id.to_string(),
            name: entitlement.name.clone(),
            description: entitlement.description.clone(),
            integration_type: entitlement.config.integration_type().into(),
            integration_config: integration_config(&entitlement.config),
        };
        Self {
            product_id: product.id.to_string(),
            business_id: ctx.business_id.to_string(),
            name: product.name.clone(),
            entitlements: product.entitlements.iter().map(short).collect(),
            created_at: time(product.created_at),
        }
    }
}
