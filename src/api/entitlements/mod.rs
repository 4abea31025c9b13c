//! Entitlements: definitions of what is delivered.

pub mod grants;
pub mod integration_config;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::request::values::{metadata, object, parsed, text};
use super::response::Refusals;
use super::{ApiError, Caller, Fields, Given, JsonBody, Query, path_id};
use crate::domain::entitlement::{Entitlement, IntegrationType, MAX_DESCRIPTION};
use crate::domain::ids::{EntitlementId, ProductId};
use crate::domain::product::parse_name;
use crate::domain::text as texts;
use crate::http::in_background;
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::usecases::Context;
use crate::usecases::catalog::delete_entitlement::delete_entitlement;
use crate::usecases::catalog::error::SaveEntitlementError;
use crate::usecases::catalog::save_entitlement::update_entitlement;
use crate::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement_once};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::wire;

/// The filters and page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described; the parameters are read one by one")]
pub struct EntitlementParams {
    #[param(value_type = Option<wire::text::IntegrationType>)]
    integration_type: Option<String>,
    /// Default: 10.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
    #[param(minimum = 0)]
    page_number: Option<u32>,
}

/// Lists entitlements, newest first.
#[utoipa::path(
    get, path = "/entitlements", tag = "Entitlements",
    params(EntitlementParams),
    responses((status = 200, body = wire::Items<wire::Entitlement>), Refusals)
)]
pub async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let kind = query.parsed("integration_type", "one of the integration types", IntegrationType::parse);
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| entitlements::list_page(conn, kind, page))?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Entitlement::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// A new entitlement.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct NewEntitlement {
    #[schema(max_length = 200)]
    name: String,
    #[schema(value_type = wire::text::IntegrationType)]
    integration_type: String,
    /// The fields depend on the type; see the list of configurations in the documentation.
    #[schema(value_type = Object)]
    integration_config: Value,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// The product it belongs to (Keydesk extension); `null` creates one with the same name.
    product_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// Creates an entitlement.
#[utoipa::path(
    post, path = "/entitlements", tag = "Entitlements",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewEntitlement,
    responses((status = 201, body = wire::Entitlement), Refusals)
)]
pub async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let name = fields.required("name", |value| parsed(value, parse_name));
    let kind = fields.required("integration_type", integration_type);
    let config = fields.required("integration_config", object);
    let config = kind.zip(config).and_then(|(kind, config)| integration_config::parse(kind, config, &mut fields));
    let description = fields.optional("description", description).flatten();
    let product_id = fields.optional("product_id", |value| {
        parsed(value, |text| Ok(ProductId::parse(text).ok()))?.ok_or_else(|| "must be a product's id".to_owned())
    });
    let metadata = fields.optional("metadata", metadata);
    fields.finish()?;
    let (Some(name), Some(config)) = (name, config) else { return Err(ApiError::internal("a field went missing")) };
    let fields = EntitlementFields { name, description, config, metadata, product_id };
    let actor = caller.actor();
    let once = body.once(&ctx, actor.id());
    let made = in_background(&ctx, move |ctx| {
        let id = create_entitlement_once(ctx, &fields, once.as_ref(), &actor)?;
        let made = ctx.db.read(|conn| entitlements::find(conn, &id))?;
        Ok::<_, ApiError>(wire::Entitlement::new(ctx, &made))
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// Returns an entitlement.
#[utoipa::path(
    get, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Entitlement), Refusals)
)]
pub async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    let found = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(found.await??))
}

/// The fields to change; omitted fields stay unchanged. The integration type cannot change.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct EntitlementPatch {
    #[schema(max_length = 200)]
    name: Option<String>,
    /// `null` clears the field.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// The whole configuration, of the entitlement's integration type.
    #[schema(value_type = Option<Object>)]
    integration_config: Option<Value>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// Changes an entitlement. Existing grants keep what they were delivered with.
#[utoipa::path(
    patch, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    request_body = EntitlementPatch,
    responses((status = 200, body = wire::Entitlement), Refusals)
)]
pub async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    let updated = in_background(&ctx, move |ctx| {
        let patched = |present: &Entitlement| change(body.fields(), present.clone()).map_err(Refused);
        update_entitlement(ctx, &id, patched, &caller.actor()).map_err(|Refused(error)| error)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Ok().json(updated.await??))
}

/// Why a change is rejected; converts errors of the storage layer as well.
struct Refused(ApiError);

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Self(none(error))
    }
}

/// Merges the fields of the body into the current entitlement.
fn change(mut fields: Fields<'_>, present: Entitlement) -> Result<EntitlementFields, ApiError> {
    let name = fields.optional("name", |value| parsed(value, parse_name)).unwrap_or(present.name);
    let description = match fields.given("description", description) {
        Given::Omitted => present.description,
        Given::Null => None,
        Given::Value(text) => text,
    };
    let config = fields.optional("integration_config", object);
    let config =
        config.and_then(|config| integration_config::parse(present.config.integration_type(), config, &mut fields));
    let metadata = match fields.given("metadata", metadata) {
        Given::Omitted => None,
        Given::Null => Some("{}".to_owned()),
        Given::Value(text) => Some(text),
    };
    fields.finish()?;
    Ok(EntitlementFields { name, description, config: config.unwrap_or(present.config), metadata, product_id: None })
}

/// Deletes an entitlement: it is no longer sold or listed, and its grants remain.
#[utoipa::path(
    delete, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    responses((status = 204, description = "The entitlement was deleted."), Refusals)
)]
pub async fn destroy(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    in_background(&ctx, move |ctx| delete_entitlement(ctx, &id, &caller.actor())).await?.map_err(none)?;
    Ok(HttpResponse::NoContent().finish())
}

fn entitlement_id(request: &HttpRequest) -> Result<EntitlementId, ApiError> {
    path_id(request, "id", "entitlement")
}

fn integration_type(value: &Value) -> Result<IntegrationType, String> {
    let known = || IntegrationType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    IntegrationType::parse(text(value)?).ok_or_else(|| format!("must be one of {}", known()))
}

fn description(value: &Value) -> Result<Option<String>, String> {
    parsed(value, |text| texts::optional(text, |text| texts::block(text, MAX_DESCRIPTION)))
}

fn found(ctx: &Context, id: &EntitlementId) -> Result<wire::Entitlement, ApiError> {
    let found = ctx.db.read(|conn| entitlements::find_kept(conn, id)).map_err(none)?;
    Ok(wire::Entitlement::new(ctx, &found))
}

fn none(error: StorageError) -> ApiError {
    match error {
        StorageError::NotFound => ApiError::not_found("entitlement"),
        other => other.into(),
    }
}

impl From<SaveEntitlementError> for ApiError {
    fn from(error: SaveEntitlementError) -> Self {
        match error {
            SaveEntitlementError::ProductNotFound => Self::not_found("product"),
            SaveEntitlementError::IdempotencyMismatch => IdempotencyMismatch.into(),
            SaveEntitlementError::Storage(error) => error.into(),
        }
    }
}
