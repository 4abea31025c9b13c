//! The body of a sale report.

use crate::api::request::described::body;
use crate::api::request::values::{email, id, integer, metadata, parsed, reference};
use crate::api::{ApiError, JsonBody};
use crate::domain::actor::Actor;
use crate::domain::customer::{EmailAddress, parse_locale, parse_name};
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::domain::sale::{NO_SHOP, Quantity, Sale};
use crate::storage::customers;
use crate::usecases::Context;
use crate::usecases::grants::report_sale::ReportSale;
use crate::usecases::idempotent::IdempotencyKey;
use crate::wire::Json;

body! {
    /// What was sold, and to whom: either `customer` or `customer_id`.
    SaleReport {
        #[schema(value_type = String)]
        entitlement_id: EntitlementId = required(|value| id(value, EntitlementId::parse, "an entitlement's id")),
        /// A customer who may be new; there is one per e-mail address.
        customer: Option<SaleCustomer> = optional_object(SaleCustomer::read),
        /// An existing customer.
        #[schema(value_type = Option<String>)]
        customer_id: Option<CustomerId> = optional(|value| id(value, CustomerId::parse, "a customer's id")),
        /// Identifies the sale, as do the next two; a report with none of them is always a new sale.
        #[schema(max_length = 128)]
        payment_id: Option<String> = optional(reference),
        /// A further payment of a known subscription renews it.
        #[schema(max_length = 128)]
        subscription_id: Option<String> = optional(reference),
        /// The shop's order number.
        #[schema(max_length = 128)]
        external_id: Option<String> = optional(reference),
        /// How many of the entitlement were sold in all; each has a grant. Fewer than before revokes pending ones. Left
        /// out: one of a new sale, and no change of a known one.
        #[schema(minimum = 1, maximum = 100)]
        quantity: Option<u32> = optional(quantity),
        #[schema(value_type = Option<Object>)]
        metadata: Option<String> = optional(metadata),
    }
}

body! {
    /// The buyer.
    SaleCustomer {
        #[schema(value_type = String, format = Email, max_length = 254)]
        email: EmailAddress = required(email),
        #[schema(max_length = 200)]
        name: String = required(|value| parsed(value, parse_name)),
        /// The language of the e-mail, such as `en` or `de-AT`.
        locale: Option<String> = optional(|value| parsed(value, parse_locale)),
    }
}

/// The maximum number of grants created by one report.
const MAX_QUANTITY: i32 = 100;

/// A checked report; whether the customer and the entitlement exist is not known yet.
pub(crate) struct Report {
    sale: Sale,
    customer_id: Option<CustomerId>,
}

fn quantity(value: &Json) -> Result<u32, String> {
    let number = integer(value).ok().filter(|number| (1..=MAX_QUANTITY).contains(number));
    number
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| format!("must be a whole number from 1 to {MAX_QUANTITY}"))
}

impl Report {
    /// Parses the body; fails with every invalid field.
    pub(crate) fn parse(body: &JsonBody) -> Result<Self, ApiError> {
        let mut fields = body.fields();
        let report = SaleReport::read(&mut fields);
        match (fields.has("customer"), fields.has("customer_id")) {
            (false, false) => fields.wrong("customer", "is required unless customer_id is given"),
            (true, true) => fields.wrong("customer_id", "must not be given together with customer"),
            _ => {}
        }
        let report = fields.finish(report)?;
        let (customer_email, customer_name, customer_locale) = match report.customer {
            Some(customer) => (customer.email, Some(customer.name), customer.locale),
            // The address of an existing customer is read later.
            None => (EmailAddress::stored(String::new()), None, None),
        };
        let sale = Sale {
            shop: NO_SHOP.to_owned(),
            grant_id: None,
            entitlement_id: report.entitlement_id,
            customer_email,
            customer_name,
            customer_locale,
            payment_id: report.payment_id,
            subscription_id: report.subscription_id,
            external_id: report.external_id,
            quantity: report.quantity.map_or(Quantity::Unsaid, Quantity::All),
            metadata: report.metadata.unwrap_or_else(|| "{}".to_owned()),
            created_at: None,
        };
        Ok(Self { sale, customer_id: report.customer_id })
    }

    /// Adds the facts about the customer; 404 if there is none with this id.
    pub(crate) fn into_command(
        mut self,
        ctx: &Context,
        idempotency_key: Option<IdempotencyKey>,
        actor: Actor,
    ) -> Result<ReportSale, ApiError> {
        if let Some(id) = &self.customer_id {
            let customer = ctx.db.read(|conn| customers::find(conn, id)).map_err(ApiError::not_found_or("customer"))?;
            self.sale.customer_email = customer.email;
        }
        Ok(ReportSale { sale: self.sale, customer_id: self.customer_id, idempotency_key, actor })
    }
}
