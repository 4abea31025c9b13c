//! The body of a sale report.

use serde_json::Value;
use utoipa::ToSchema;

use crate::api::request::values::{email, integer, metadata, object, parsed, reference};
use crate::api::{ApiError, Fields, JsonBody};
use crate::domain::actor::Actor;
use crate::domain::customer::{EmailAddress, parse_locale, parse_name};
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::domain::sale::Sale;
use crate::storage::{StorageError, customers};
use crate::usecases::Context;
use crate::usecases::grants::report_sale::ReportSale;
use crate::usecases::idempotent::IdempotencyKey;

/// What was sold, and to whom: either `customer` or `customer_id`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct SaleReport {
    entitlement_id: String,
    /// A customer who may be new; there is one per e-mail address.
    customer: Option<SaleCustomer>,
    /// An existing customer.
    customer_id: Option<String>,
    /// Identifies the sale, together with `subscription_id`; a report with neither is always a new sale.
    #[schema(max_length = 128)]
    payment_id: Option<String>,
    #[schema(max_length = 128)]
    subscription_id: Option<String>,
    /// The quantity sold; each creates a grant.
    #[schema(minimum = 1, maximum = 100, default = 1)]
    quantity: Option<u32>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// The buyer.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct SaleCustomer {
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[schema(max_length = 200)]
    name: String,
    /// The language of the e-mail, such as `en` or `de-AT`.
    locale: Option<String>,
}

/// The maximum number of grants created by one report.
const MAX_QUANTITY: i32 = 100;

/// A checked report; whether the customer and the entitlement exist is not known yet.
pub struct Report {
    sale: Sale,
    customer_id: Option<CustomerId>,
    quantity: u32,
}

/// Parses the body; fails with every invalid field.
pub fn parse(body: &JsonBody) -> Result<Report, ApiError> {
    let mut fields = body.fields();
    let entitlement_id = fields.required("entitlement_id", entitlement_id);
    let customer_id = fields.optional("customer_id", |value| {
        parsed(value, |text| Ok(CustomerId::parse(text).ok()))?.ok_or_else(|| "must be a customer's id".to_owned())
    });
    let customer = fields.optional("customer", object);
    if !fields.has("customer") && !fields.has("customer_id") {
        fields.wrong("customer", "is required unless customer_id is given");
    } else if fields.has("customer") && fields.has("customer_id") {
        fields.wrong("customer_id", "must not be given together with customer");
    }
    let (mut address, mut name, mut locale) = (None, None, None);
    if let Some(customer) = customer {
        let mut inner = Fields::inside(customer, "customer.");
        address = inner.required("email", email);
        name = inner.required("name", |value| parsed(value, parse_name));
        locale = inner.optional("locale", |value| parsed(value, parse_locale));
        fields.absorb(inner);
    }
    let payment_id = fields.optional("payment_id", reference);
    let subscription_id = fields.optional("subscription_id", reference);
    let quantity = fields.optional("quantity", quantity).unwrap_or(1);
    let metadata = fields.optional("metadata", metadata).unwrap_or_else(|| "{}".to_owned());
    fields.finish()?;
    let sale = Sale {
        grant_id: None,
        entitlement_id: entitlement_id.ok_or_else(|| ApiError::field("entitlement_id", "is required"))?,
        // The address of an existing customer is read later.
        customer_email: address.unwrap_or_else(|| EmailAddress::stored(String::new())),
        customer_name: name,
        customer_locale: locale,
        payment_id,
        subscription_id,
        external_id: None,
        ordinal: 1,
        metadata,
        created_at: None,
    };
    Ok(Report { sale, customer_id, quantity })
}

fn entitlement_id(value: &Value) -> Result<EntitlementId, String> {
    parsed(value, |text| Ok(EntitlementId::parse(text).ok()))?.ok_or_else(|| "must be an entitlement's id".to_owned())
}

fn quantity(value: &Value) -> Result<u32, String> {
    let number = integer(value).ok().filter(|number| (1..=MAX_QUANTITY).contains(number));
    number
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| format!("must be a whole number from 1 to {MAX_QUANTITY}"))
}

impl Report {
    /// Adds the facts about the customer; 404 if there is none with this id.
    pub fn into_command(
        mut self,
        ctx: &Context,
        idempotency_key: Option<IdempotencyKey>,
        actor: Actor,
    ) -> Result<ReportSale, ApiError> {
        if let Some(id) = &self.customer_id {
            let customer = ctx.db.read(|conn| customers::find(conn, id)).map_err(|error| match error {
                StorageError::NotFound => ApiError::not_found("customer"),
                other => other.into(),
            })?;
            self.sale.customer_email = customer.email;
        }
        Ok(ReportSale {
            sale: self.sale,
            customer_id: self.customer_id,
            quantity: self.quantity,
            idempotency_key,
            actor,
        })
    }
}
