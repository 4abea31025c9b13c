//! License keys: the list, a single key, importing a key, and changing its limits.

pub mod instances;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::request::values::{activations_limit, boolean, explain, future, moment, parsed, text};
use super::response::Refusals;
use super::{ApiError, Caller, Given, JsonBody, Query, path_id};
use crate::domain::ids::{CustomerId, LicenseKeyId, ProductId};
use crate::domain::license_key::expiry::parse_rfc3339;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus, LicenseKeyValue};
use crate::domain::text::TextError;
use crate::http::in_background;
use crate::storage::license_keys;
use crate::storage::license_keys::api_list::LicenseKeyScope;
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::import::{ImportLicenseKey, ImportLicenseKeyError, import_license_key};
use crate::usecases::license_keys::read::{JustWritten, read_license_keys};
use crate::usecases::license_keys::update::{LicenseKeyChange, UpdateLicenseKeyError, update_license_key};
use crate::wire;

/// The filters and page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described; the parameters are read one by one")]
pub struct LicenseKeyParams {
    customer_id: Option<String>,
    product_id: Option<String>,
    #[param(value_type = Option<wire::license_key::LicenseKeyStatusName>)]
    status: Option<String>,
    #[param(value_type = Option<wire::license_key::LicenseKeySourceName>)]
    source: Option<String>,
    #[param(format = DateTime)]
    created_at_gte: Option<String>,
    #[param(format = DateTime)]
    created_at_lte: Option<String>,
    /// Default: 10.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
    #[param(minimum = 0)]
    page_number: Option<u32>,
}

/// Lists license keys, newest first. Reading keys in plaintext is recorded in the audit log.
#[utoipa::path(
    get, path = "/license_keys", tag = "License keys",
    params(LicenseKeyParams),
    responses((status = 200, body = wire::Items<wire::LicenseKey>), Refusals)
)]
pub async fn index(caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    const MOMENT: &str = "a time such as 2027-01-31T12:00:00Z";
    let scope = LicenseKeyScope {
        customer_id: query.parsed("customer_id", "a customer's id", |text| CustomerId::parse(text).ok()),
        product_id: query.parsed("product_id", "a product's id", |text| ProductId::parse(text).ok()),
        status: query.parsed("status", "active, expired or disabled", |text| {
            LicenseKeyStatus::parse(&text.to_ascii_lowercase())
        }),
        source: query
            .parsed("source", "auto, import or manual", |text| LicenseKeySource::parse(&text.to_ascii_lowercase())),
        created_from: query.parsed("created_at_gte", MOMENT, |text| parse_rfc3339(text).ok()),
        created_until: query.parsed("created_at_lte", MOMENT, |text| parse_rfc3339(text).ok()),
    };
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let ids = ctx.db.read(|conn| license_keys::api_list::list(conn, &scope, page, ctx.clock.now()))?;
        let views = read_license_keys(ctx, &caller.actor(), &ids, JustWritten::Nothing)?;
        Ok::<_, ApiError>(wire::Items { items: views.iter().map(|view| wire::LicenseKey::new(ctx, view)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// Returns a license key. Reading it in plaintext is recorded in the audit log.
#[utoipa::path(
    get, path = "/license_keys/{id}", tag = "License keys",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::LicenseKey), Refusals)
)]
pub async fn show(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = key_id(&request)?;
    let key = in_background(&ctx, move |ctx| shown(ctx, &id, &caller, JustWritten::Nothing));
    Ok(HttpResponse::Ok().json(key.await??))
}

/// A key that was issued elsewhere.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct NewLicenseKey {
    customer_id: String,
    product_id: String,
    /// 1 to 4,096 characters; line feeds and tabs are allowed.
    key: String,
    /// `null` for unlimited activations.
    #[schema(minimum = 1)]
    activations_limit: Option<i32>,
    /// Must be in the future. `null` if the key never expires.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Imports a key that was issued elsewhere; no e-mail is sent.
#[utoipa::path(
    post, path = "/license_keys", tag = "License keys",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewLicenseKey,
    responses(
        (status = 201, body = wire::LicenseKey),
        (status = 409, description = "The key was issued before (`DUPLICATE_LICENSE_KEY`), or the customer was erased (`CUSTOMER_ERASED`).", body = wire::Error),
        Refusals
    )
)]
pub async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let actor = caller.actor();
    let now = ctx.clock.now();
    let mut fields = body.fields();
    let customer_id = fields.required("customer_id", |value| reference(value, CustomerId::parse, "a customer's id"));
    let product_id = fields.required("product_id", |value| reference(value, ProductId::parse, "a product's id"));
    let key = fields.required("key", text).map(LicenseKeyValue::parse);
    let activations_limit = fields.optional("activations_limit", activations_limit);
    let expires_at = fields.optional("expires_at", |value| future(value, now));
    if let Some(Err(error)) = key
        && error != TextError::Empty
    {
        fields.wrong("key", explain(error));
    }
    fields.finish()?;
    let (Some(customer_id), Some(product_id), Some(Ok(key))) = (customer_id, product_id, key) else {
        return Err(ApiError::empty_license_key());
    };
    let idempotency_key = body.once(&ctx, actor.id());
    let command =
        ImportLicenseKey { customer_id, product_id, key, activations_limit, expires_at, idempotency_key, actor };
    let made = in_background(&ctx, move |ctx| {
        let made = import_license_key(ctx, &command)?;
        let written = if made.is_replay { JustWritten::Nothing } else { JustWritten::Supplied(&command.key) };
        shown(ctx, &LicenseKeyId::stored(made.id), &caller, written)
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// The fields to change; omitted fields stay unchanged.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct LicenseKeyPatch {
    /// Not below the number of activations in use. `null` for unlimited activations.
    #[schema(minimum = 1)]
    activations_limit: Option<i32>,
    /// `null` if the key never expires. A time in the past requires an API key with the role `admin`.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Changing it requires an API key with the role `admin`.
    disabled: Option<bool>,
}

/// Changes a key's limit and expiry, or disables or enables it.
#[utoipa::path(
    patch, path = "/license_keys/{id}", tag = "License keys",
    params(("id" = String, Path)),
    request_body = LicenseKeyPatch,
    responses(
        (status = 200, body = wire::LicenseKey),
        (status = 409, description = "The key's grant is revoked; restoring the grant enables the key (`GRANT_REVOKED`). Or the key's customer was erased (`CUSTOMER_ERASED`).", body = wire::Error),
        Refusals
    )
)]
pub async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = key_id(&request)?;
    let mut fields = body.fields();
    let change = LicenseKeyChange {
        activations_limit: changed(fields.given("activations_limit", activations_limit)),
        expires_at: changed(fields.given("expires_at", moment)),
        is_disabled: fields.optional("disabled", boolean),
    };
    fields.finish()?;
    let key = in_background(&ctx, move |ctx| {
        update_license_key(ctx, &id, &change, &caller.actor())?;
        shown(ctx, &id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(key.await??))
}

/// Converts a field to the form used by use cases.
#[expect(clippy::option_option, reason = "kept, cleared and set are three things")]
fn changed<T>(given: Given<T>) -> Option<Option<T>> {
    match given {
        Given::Omitted => None,
        Given::Null => Some(None),
        Given::Value(value) => Some(Some(value)),
    }
}

fn reference<T, E>(value: &Value, parse: impl Fn(&str) -> Result<T, E>, takes: &str) -> Result<T, String> {
    parsed(value, |text| Ok(parse(text).ok()))?.ok_or_else(|| format!("must be {takes}"))
}

fn key_id(request: &HttpRequest) -> Result<LicenseKeyId, ApiError> {
    path_id(request, "id", "license key")
}

/// A key in the form that the caller may see; 404 if there is none.
fn shown(
    ctx: &Context,
    id: &LicenseKeyId,
    caller: &Caller,
    written: JustWritten<'_>,
) -> Result<wire::LicenseKey, ApiError> {
    let views = read_license_keys(ctx, &caller.actor(), std::slice::from_ref(id), written)?;
    views.first().map(|view| wire::LicenseKey::new(ctx, view)).ok_or_else(|| ApiError::not_found("license key"))
}

impl From<ImportLicenseKeyError> for ApiError {
    fn from(error: ImportLicenseKeyError) -> Self {
        match error {
            ImportLicenseKeyError::CustomerNotFound => Self::not_found("customer"),
            ImportLicenseKeyError::ProductNotFound => Self::not_found("product"),
            ImportLicenseKeyError::KeyAlreadyUsed => {
                Self::conflict("DUPLICATE_LICENSE_KEY", "This license key was issued before.")
            }
            ImportLicenseKeyError::CustomerErased => Self::customer_erased(),
            ImportLicenseKeyError::IdempotencyMismatch => IdempotencyMismatch.into(),
            ImportLicenseKeyError::Storage(error) => error.into(),
        }
    }
}

impl From<UpdateLicenseKeyError> for ApiError {
    fn from(error: UpdateLicenseKeyError) -> Self {
        match error {
            UpdateLicenseKeyError::KeyNotFound => Self::not_found("license key"),
            UpdateLicenseKeyError::LimitBelowUse { used } => {
                Self::field("activations_limit", format!("must not be below the {used} activations in use"))
            }
            UpdateLicenseKeyError::ExpiryOfSubscription => Self::new(
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST",
                "This key belongs to a subscription, which decides when it expires.",
            ),
            UpdateLicenseKeyError::NeedsAdmin => Self::forbidden(
                "Disabling or enabling a key, or setting its expiry to a time in the past, requires an API key with the role admin.",
            ),
            UpdateLicenseKeyError::GrantRevoked => {
                Self::conflict("GRANT_REVOKED", "This key's grant is revoked; restore the grant to enable the key.")
            }
            UpdateLicenseKeyError::Erased => Self::customer_erased(),
            UpdateLicenseKeyError::Storage(error) => error.into(),
        }
    }
}
