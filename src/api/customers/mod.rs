//! Customers: who receives keys, one per e-mail address.

pub(crate) mod grants;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::request::described::{body, params};
use super::request::values::{email, metadata, parsed};
use super::response::Refusals;
use super::{ApiError, Caller, Given, JsonBody, PageParams, Query, path_id};
use crate::domain::customer::{EmailAddress, parse_locale, parse_name};
use crate::domain::ids::CustomerId;
use crate::domain::text;
use crate::http::in_background;
use crate::storage::{StorageError, customers};
use crate::usecases::Context;
use crate::usecases::customers::save::update_customer;
use crate::usecases::customers::save::{CreateCustomer, CustomerChange, SaveCustomerError, create_customer};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::wire::{self, Json};

params! {
    /// The filters of the list.
    CustomerParams {
        /// The complete address, compared case-insensitively.
        #[param(value_type = Option<String>)]
        email: EmailAddress = ("an e-mail address", |text| EmailAddress::parse_for_lookup(text).ok()),
    }
}

/// Lists customers, newest first.
#[utoipa::path(
    get, path = "/customers", tag = "Customers",
    params(CustomerParams, PageParams),
    responses((status = 200, body = wire::Items<wire::Customer>), Refusals)
)]
pub(crate) async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let address = CustomerParams::read(&mut query).email;
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| customers::list(conn, address.as_ref(), page))?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Customer::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

body! {
    /// A new customer.
    NewCustomer {
        #[schema(value_type = String, format = Email, max_length = 254)]
        email: EmailAddress = required(email),
        #[schema(max_length = 200)]
        name: String = required(|value| parsed(value, parse_name)),
        #[schema(value_type = Option<String>, max_length = 50)]
        phone_number: Option<Option<String>> = optional(phone_number),
        /// The language of e-mails, such as `en` or `de-AT`; default `en`.
        locale: Option<String> = optional(|value| parsed(value, parse_locale)),
        /// Used if `locale` is missing.
        #[schema(value_type = Option<String>)]
        preferred_locale: Option<Option<String>> = optional(|value| preferred_locale(value, locale.as_deref())),
        #[schema(value_type = Option<Object>)]
        metadata: Option<String> = optional(metadata),
    }
}

/// Creates a customer.
#[utoipa::path(
    post, path = "/customers", tag = "Customers",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewCustomer,
    responses(
        (status = 201, body = wire::Customer),
        (status = 409, description = "There is already a customer with this address (`DUPLICATE_CUSTOMER`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let new = body.parse(NewCustomer::read)?;
    let actor = caller.actor();
    let command = CreateCustomer {
        email: new.email,
        name: new.name,
        locale: new.locale.or(new.preferred_locale.flatten()).unwrap_or_else(|| "en".to_owned()),
        phone_number: new.phone_number.flatten(),
        metadata: new.metadata.unwrap_or_else(|| "{}".to_owned()),
        idempotency_key: body.once(&ctx, actor.id()),
        actor,
    };
    let made = in_background(&ctx, move |ctx| {
        let id = create_customer(ctx, &command)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// Returns a customer.
#[utoipa::path(
    get, path = "/customers/{customer_id}", tag = "Customers",
    params(("customer_id" = String, Path)),
    responses((status = 200, body = wire::Customer), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = customer_id(&request)?;
    let customer = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(customer.await??))
}

body! {
    /// The fields to change; omitted fields stay unchanged.
    CustomerPatch {
        #[schema(value_type = Option<String>, format = Email, max_length = 254)]
        email: Option<EmailAddress> = optional(email),
        #[schema(max_length = 200)]
        name: Option<String> = optional(|value| parsed(value, parse_name)),
        /// `null` clears the field.
        #[schema(value_type = Option<String>, max_length = 50)]
        phone_number: Given<Option<String>> = given(phone_number),
        locale: Option<String> = optional(|value| parsed(value, parse_locale)),
        /// Used if `locale` is missing.
        #[schema(value_type = Option<String>)]
        preferred_locale: Option<Option<String>> = optional(|value| preferred_locale(value, locale.as_deref())),
        #[schema(value_type = Option<Object>)]
        metadata: Given<String> = given(metadata),
    }
}

/// Changes a customer.
#[utoipa::path(
    patch, path = "/customers/{customer_id}", tag = "Customers",
    params(("customer_id" = String, Path)),
    request_body = CustomerPatch,
    responses(
        (status = 200, body = wire::Customer),
        (status = 409, description = "Another customer has this address (`DUPLICATE_CUSTOMER`), or this one was erased (`CUSTOMER_ERASED`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = customer_id(&request)?;
    let patch = body.parse(CustomerPatch::read)?;
    let change = CustomerChange {
        email: patch.email,
        name: patch.name,
        phone_number: patch.phone_number.or_cleared(None),
        locale: patch.locale.or(patch.preferred_locale.flatten()),
        metadata: patch.metadata.or_cleared("{}".to_owned()),
        version: None,
    };
    let customer = in_background(&ctx, move |ctx| {
        update_customer(ctx, &id, &change, &caller.actor())?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Ok().json(customer.await??))
}

fn customer_id(request: &HttpRequest) -> Result<CustomerId, ApiError> {
    path_id(request, "customer_id", "customer")
}

/// The vendor's field for the locale; ignored, whatever it is, if ours is given.
fn preferred_locale(value: &Json, locale: Option<&str>) -> Result<Option<String>, String> {
    if locale.is_some() { Ok(None) } else { parsed(value, parse_locale).map(Some) }
}

fn phone_number(value: &Json) -> Result<Option<String>, String> {
    parsed(value, |number| text::optional(number, |number| text::line(number, 50)))
}

fn found(ctx: &Context, id: &CustomerId) -> Result<wire::Customer, ApiError> {
    let found = ctx.db.read(|conn| customers::find(conn, id)).map_err(ApiError::not_found_or("customer"))?;
    Ok(wire::Customer::new(ctx, &found))
}

impl From<SaveCustomerError> for ApiError {
    fn from(error: SaveCustomerError) -> Self {
        match error {
            SaveCustomerError::CustomerNotFound => Self::not_found("customer"),
            SaveCustomerError::EmailTaken => {
                Self::conflict("DUPLICATE_CUSTOMER", "There is already a customer with this e-mail address.")
            }
            SaveCustomerError::AddressForbidden => Self::address_forbidden(),
            SaveCustomerError::Erased => Self::customer_erased(),
            SaveCustomerError::ChangedMeanwhile => StorageError::Conflict.into(),
            SaveCustomerError::IdempotencyMismatch => IdempotencyMismatch.into(),
            SaveCustomerError::Storage(error) => error.into(),
        }
    }
}
