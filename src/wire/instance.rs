//! A license key instance, and the responses of the calls that software makes.

use serde::Serialize;
use utoipa::ToSchema;

use super::json::Json;
use super::text::time;
use crate::domain::customer::Customer;
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::usecases::Context;

/// One activation of a license key on a device.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Instance {
    #[schema(example = "lki_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub business_id: String,
    pub license_key_id: String,
    pub name: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl Instance {
    pub(crate) fn new(ctx: &Context, instance: &LicenseKeyInstance) -> Self {
        Self {
            id: instance.id.to_string(),
            business_id: ctx.business_id.to_string(),
            license_key_id: instance.license_key_id.to_string(),
            name: instance.name.clone(),
            created_at: time(instance.created_at),
        }
    }
}

/// A new activation, with the key's customer and product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activation {
    #[serde(flatten)]
    pub instance: Instance,
    pub customer: LimitedCustomer,
    pub product: LimitedProduct,
}

/// The customer that the key belongs to; its fields are empty if several customers share the key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitedCustomer {
    pub customer_id: String,
    pub name: String,
    pub email: String,
    #[schema(required)]
    pub phone_number: Option<String>,
    /// Always empty: it belongs to the shop, and anyone who has a key can make this call.
    #[schema(value_type = Object)]
    pub metadata: Json,
}

impl LimitedCustomer {
    /// Somebody who shares the key with others, of whom nobody is told who they are.
    pub(crate) fn undisclosed() -> Self {
        Self {
            customer_id: String::new(),
            name: String::new(),
            email: String::new(),
            phone_number: None,
            metadata: Json::empty_object(),
        }
    }
}

impl From<Customer> for LimitedCustomer {
    fn from(customer: Customer) -> Self {
        Self {
            customer_id: customer.id.to_string(),
            name: customer.name,
            email: customer.email.to_string(),
            phone_number: customer.phone_number,
            metadata: Json::empty_object(),
        }
    }
}

/// The product that the key belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitedProduct {
    pub product_id: String,
    pub name: String,
}

/// Whether a key can be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    pub valid: bool,
}
