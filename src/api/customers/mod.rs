//! Customers: who receives keys, one per e-mail address.

pub mod grants;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::request::values::{email, metadata, parsed};
use super::response::Refusals;
use super::{ApiError, Caller, Fields, Given, JsonBody, Query, path_id};
use crate::domain::customer::{EmailAddress, parse_locale, parse_name};
use crate::domain::ids::CustomerId;
use crate::domain::text;
use crate::http::in_background;
use crate::storage::{StorageError, customers};
use crate::usecases::Context;
use crate::usecases::customers::save::update_customer;
use crate::usecases::customers::save::{CreateCustomer, CustomerChange, SaveCustomerError, create_customer};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::wire;

/// The filters and page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described; the parameters are read one by one")]
pub struct CustomerParams {
    /// The complete address, compared case-insensitively.
    email: Option<String>,
    /// Default: 10.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
    #[param(minimum = 0)]
    page_number: Option<u32>,
}

/// Lists customers, newest first.
#[utoipa::path(
    get, path = "/customers", tag = "Customers",
    params(CustomerParams),
    responses((status = 200, body = wire::Items<wire::Customer>), Refusals)
)]
pub async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let address = query.parsed("email", "an e-mail address", |text| EmailAddress::parse_for_lookup(text).ok());
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| customers::list(conn, address.as_ref(), page))?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Customer::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// A new customer.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct NewCustomer {
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[schema(max_length = 200)]
    name: String,
    #[schema(max_length = 50)]
    phone_number: Option<String>,
    /// The language of e-mails, such as `en` or `de-AT`; default `en`.
    locale: Option<String>,
    /// Used if `locale` is missing.
    preferred_locale: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
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
pub async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let email = fields.required("email", email);
    let name = fields.required("name", |value| parsed(value, parse_name));
    let phone_number = fields.optional("phone_number", phone_number).flatten();
    let locale = locale(&mut fields);
    let metadata = fields.optional("metadata", metadata).unwrap_or_else(|| "{}".to_owned());
    fields.finish()?;
    let (Some(email), Some(name)) = (email, name) else { return Err(ApiError::internal("a field went missing")) };
    let actor = caller.actor();
    let command = CreateCustomer {
        email,
        name,
        locale: locale.unwrap_or_else(|| "en".to_owned()),
        phone_number,
        metadata,
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
pub async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = customer_id(&request)?;
    let customer = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(customer.await??))
}

/// The fields to change; omitted fields stay unchanged.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct CustomerPatch {
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 200)]
    name: Option<String>,
    /// `null` clears the field.
    #[schema(max_length = 50)]
    phone_number: Option<String>,
    locale: Option<String>,
    /// Used if `locale` is missing.
    preferred_locale: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
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
pub async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = customer_id(&request)?;
    let mut fields = body.fields();
    let change = CustomerChange {
        email: fields.optional("email", email),
        name: fields.optional("name", |value| parsed(value, parse_name)),
        phone_number: match fields.given("phone_number", phone_number) {
            Given::Omitted => None,
            Given::Null => Some(None),
            Given::Value(number) => Some(number),
        },
        locale: locale(&mut fields),
        metadata: match fields.given("metadata", metadata) {
            Given::Omitted => None,
            Given::Null => Some("{}".to_owned()),
            Given::Value(text) => Some(text),
        },
    };
    fields.finish()?;
    let customer = in_background(&ctx, move |ctx| {
        update_customer(ctx, &id, &change, &caller.actor())?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Ok().json(customer.await??))
}

fn customer_id(request: &HttpRequest) -> Result<CustomerId, ApiError> {
    path_id(request, "customer_id", "customer")
}

/// Reads our field for the locale, or else the vendor's.
fn locale(fields: &mut Fields<'_>) -> Option<String> {
    let name = if fields.has("locale") { "locale" } else { "preferred_locale" };
    fields.optional(name, |value| parsed(value, parse_locale))
}

fn phone_number(value: &Value) -> Result<Option<String>, String> {
    parsed(value, |number| text::optional(number, |number| text::line(number, 50)))
}

fn found(ctx: &Context, id: &CustomerId) -> Result<wire::Customer, ApiError> {
    let found = ctx.db.read(|conn| customers::find(conn, id)).map_err(|error| match error {
        StorageError::NotFound => ApiError::not_found("customer"),
        other => other.into(),
    })?;
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
            SaveCustomerError::IdempotencyMismatch => IdempotencyMismatch.into(),
            SaveCustomerError::Storage(error) => error.into(),
        }
    }
}
