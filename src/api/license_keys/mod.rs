//! License keys: the list, a single key, importing a key, and changing its limits.

pub(crate) mod instances;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use super::request::described::{body, params};
use super::request::values::{activations_limit, boolean, future, id, license_key, moment};
use super::response::Refusals;
use super::{ApiError, Caller, Given, JsonBody, PageParams, Query, path_id};
use crate::domain::ids::{CustomerId, LicenseKeyId, ProductId};
use crate::domain::license_key::expiry::{ActivationsLimit, parse_rfc3339};
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus, LicenseKeyValue};
use crate::http::in_background;
use crate::storage::license_keys::api_list::LicenseKeyScope;
use crate::storage::{StorageError, license_keys};
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::import::{ImportLicenseKey, ImportLicenseKeyError, import_license_key};
use crate::usecases::license_keys::read::{JustWritten, read_license_keys};
use crate::usecases::license_keys::update::{LicenseKeyChange, UpdateLicenseKeyError, update_license_key};
use crate::wire;

const MOMENT: &str = "a time such as 2027-01-31T12:00:00Z";

params! {
    /// The filters of the list.
    LicenseKeyParams {
        #[param(value_type = Option<String>)]
        customer_id: CustomerId = ("a customer's id", |text| CustomerId::parse(text).ok()),
        #[param(value_type = Option<String>)]
        product_id: ProductId = ("a product's id", |text| ProductId::parse(text).ok()),
        #[param(value_type = Option<wire::license_key::LicenseKeyStatusName>)]
        status: LicenseKeyStatus = ("active, expired or disabled", |text| {
            LicenseKeyStatus::parse(&text.to_ascii_lowercase())
        }),
        #[param(value_type = Option<wire::license_key::LicenseKeySourceName>)]
        source: LicenseKeySource = ("auto, import or manual", |text| {
            LicenseKeySource::parse(&text.to_ascii_lowercase())
        }),
        #[param(value_type = Option<String>, format = DateTime)]
        created_at_gte: Timestamp = (MOMENT, |text| parse_rfc3339(text).ok()),
        #[param(value_type = Option<String>, format = DateTime)]
        created_at_lte: Timestamp = (MOMENT, |text| parse_rfc3339(text).ok()),
    }
}

/// Lists license keys, newest first. Reading keys in plaintext is recorded in the audit log.
#[utoipa::path(
    get, path = "/license_keys", tag = "License keys",
    params(LicenseKeyParams, PageParams),
    responses((status = 200, body = wire::Items<wire::LicenseKey>), Refusals)
)]
pub(crate) async fn index(caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let filters = LicenseKeyParams::read(&mut query);
    let scope = LicenseKeyScope {
        customer_id: filters.customer_id,
        product_id: filters.product_id,
        status: filters.status,
        source: filters.source,
        created_from: filters.created_at_gte,
        created_until: filters.created_at_lte,
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
pub(crate) async fn show(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = key_id(&request)?;
    let key = in_background(&ctx, move |ctx| {
        check_no_link(ctx, &id)?;
        shown(ctx, &id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(key.await??))
}

body! {
    /// A key that was issued elsewhere.
    NewLicenseKey(now: Timestamp) {
        #[schema(value_type = String)]
        customer_id: CustomerId = required(|value| id(value, CustomerId::parse, "a customer's id")),
        #[schema(value_type = String)]
        product_id: ProductId = required(|value| id(value, ProductId::parse, "a product's id")),
        /// 1 to 65,536 characters; line feeds and tabs are allowed, invisible characters are cut at the ends and rejected
        /// inside.
        #[schema(value_type = String)]
        key: Option<LicenseKeyValue> = required(license_key),
        /// `null` for unlimited activations.
        #[schema(value_type = Option<i32>, minimum = 1)]
        activations_limit: Option<ActivationsLimit> = optional(activations_limit),
        /// Must be in the future. `null` if the key never expires.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Option<Timestamp> = optional(|value| future(value, now)),
    }
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
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let actor = caller.actor();
    let new = body.parse(|fields| NewLicenseKey::read(fields, ctx.clock.now()))?;
    let idempotency_key = body.once(&ctx, actor.id());
    let command = ImportLicenseKey {
        customer_id: new.customer_id,
        product_id: new.product_id,
        key: new.key.ok_or_else(ApiError::empty_license_key)?,
        activations_limit: new.activations_limit,
        expires_at: new.expires_at,
        idempotency_key,
        actor,
    };
    let made = in_background(&ctx, move |ctx| {
        let (made, found) = import_license_key(ctx, &command)?;
        let written = if made.is_replay { JustWritten::Nothing } else { JustWritten::Supplied(&command.key) };
        let key = shown(ctx, &LicenseKeyId::stored(made.id), &caller, written)?;
        Ok::<_, ApiError>(wire::LicenseKey { warnings: wire::KeyWarning::of(&found.warnings), ..key })
    });
    Ok(HttpResponse::Created().json(made.await??))
}

body! {
    /// The fields to change; omitted fields stay unchanged.
    LicenseKeyPatch {
        /// Not below the number of activations in use. `null` for unlimited activations.
        #[schema(value_type = Option<i32>, minimum = 1)]
        activations_limit: Given<ActivationsLimit> = given(activations_limit),
        /// `null` if the key never expires. A time in the past requires an API key with the role `admin`.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Given<Timestamp> = given(moment),
        /// Changing it requires an API key with the role `admin`.
        disabled: Option<bool> = optional(boolean),
    }
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
pub(crate) async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = key_id(&request)?;
    let patch = body.parse(LicenseKeyPatch::read)?;
    let change = LicenseKeyChange {
        activations_limit: patch.activations_limit.changed(),
        expires_at: patch.expires_at.changed(),
        is_disabled: patch.disabled,
        ..LicenseKeyChange::default()
    };
    let key = in_background(&ctx, move |ctx| {
        check_no_link(ctx, &id)?;
        update_license_key(ctx, &id, &change, &caller.actor())?;
        shown(ctx, &id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(key.await??))
}

fn key_id(request: &HttpRequest) -> Result<LicenseKeyId, ApiError> {
    path_id(request, "id", "license key")
}

/// A link is no license key: fails as if there were none with this id.
fn check_no_link(ctx: &Context, id: &LicenseKeyId) -> Result<(), ApiError> {
    match ctx.db.read(|conn| license_keys::find(conn, id)) {
        Ok(key) if !key.is_link => Ok(()),
        Ok(_) | Err(StorageError::NotFound) => Err(ApiError::not_found("license key")),
        Err(error) => Err(error.into()),
    }
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
            UpdateLicenseKeyError::ChangedMeanwhile => Self::internal("a call names no version of a license key"),
            UpdateLicenseKeyError::Erased => Self::customer_erased(),
            UpdateLicenseKeyError::Storage(error) => error.into(),
        }
    }
}
