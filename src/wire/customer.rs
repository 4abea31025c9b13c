//! A customer.

use serde::Serialize;
use utoipa::ToSchema;

use super::json::Json;
use super::text::{object, time};
use crate::domain::customer;
use crate::usecases::Context;

/// A person or company that receives keys; one per e-mail address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Customer {
    #[schema(example = "cus_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub customer_id: String,
    pub business_id: String,
    pub name: String,
    pub email: String,
    #[schema(required)]
    pub phone_number: Option<String>,
    /// The language of e-mails (Keydesk extension).
    pub locale: String,
    #[schema(value_type = Object)]
    pub metadata: Json,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl Customer {
    pub(crate) fn new(ctx: &Context, customer: &customer::Customer) -> Self {
        Self {
            customer_id: customer.id.to_string(),
            business_id: ctx.business_id.to_string(),
            name: customer.name.clone(),
            email: customer.email.to_string(),
            phone_number: customer.phone_number.clone(),
            locale: customer.locale.clone(),
            metadata: object(&customer.metadata),
            created_at: time(customer.created_at),
        }
    }
}
