//! Entitlements: definitions of what is delivered.

pub(crate) mod files;
pub(crate) mod grants;
pub(crate) mod integration_config;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::request::described::{body, params};
use super::request::values::{id, metadata, parsed, text};
use super::response::Refusals;
use super::{ApiError, Caller, Given, JsonBody, PageParams, Query, path_id};
use crate::domain::entitlement::{Entitlement, IntegrationConfig, IntegrationType, MAX_DESCRIPTION};
use crate::domain::ids::{EntitlementId, FileId, ProductId};
use crate::domain::product::parse_name;
use crate::domain::text as texts;
use crate::http::in_background;
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::storage::files as files_stored;
use crate::usecases::Context;
use crate::usecases::catalog::delete_entitlement::delete_entitlement;
use crate::usecases::catalog::error::SaveEntitlementError;
use crate::usecases::catalog::save_entitlement::update_entitlement;
use crate::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement_once};
use crate::usecases::files::shown::{named_files, with_file_ids};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::wire::{self, Json};

params! {
    /// The filters of the list.
    EntitlementParams {
        #[param(value_type = Option<wire::text::IntegrationType>)]
        integration_type: IntegrationType = ("one of the integration types", IntegrationType::parse),
    }
}

/// Lists entitlements, newest first.
#[utoipa::path(
    get, path = "/entitlements", tag = "Entitlements",
    params(EntitlementParams, PageParams),
    responses((status = 200, body = wire::Items<wire::Entitlement>), Refusals)
)]
pub(crate) async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let kind = EntitlementParams::read(&mut query).integration_type;
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| with_file_ids(entitlements::list_page(conn, kind, page)?, conn))?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Entitlement::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

body! {
    /// A new entitlement.
    NewEntitlement {
        #[schema(max_length = 200)]
        name: String = required(|value| parsed(value, parse_name)),
        #[schema(value_type = wire::text::IntegrationType)]
        #[expect(dead_code, reason = "the configuration says it too")]
        integration_type: IntegrationType = required(integration_type),
        /// The fields depend on the type; see the list of configurations in the documentation.
        #[schema(value_type = Object)]
        integration_config: IntegrationConfig = required_object(|inner| integration_config::read(integration_type?, inner)),
        #[schema(value_type = Option<String>, max_length = 2000)]
        description: Option<Option<String>> = optional(description),
        /// The product it belongs to (Keydesk extension); `null` creates one with the same name.
        #[schema(value_type = Option<String>)]
        product_id: Option<ProductId> = optional(|value| id(value, ProductId::parse, "a product's id")),
        #[schema(value_type = Option<Object>)]
        metadata: Option<String> = optional(metadata),
    }
}

/// Creates an entitlement.
#[utoipa::path(
    post, path = "/entitlements", tag = "Entitlements",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewEntitlement,
    responses((status = 201, body = wire::Entitlement), Refusals)
)]
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let new = body.parse(NewEntitlement::read)?;
    let config = new.integration_config.clone();
    let fields = EntitlementFields {
        name: new.name,
        description: new.description.flatten(),
        file_ids: in_background(&ctx, move |ctx| file_ids(ctx, &config)).await??,
        config: new.integration_config,
        metadata: new.metadata,
        is_active: None,
        product_id: new.product_id,
    };
    let actor = caller.actor();
    let once = body.once(&ctx, actor.id());
    let made = in_background(&ctx, move |ctx| {
        let id = create_entitlement_once(ctx, &fields, once.as_ref(), &actor)?;
        let made = ctx.db.read(|conn| with_file_ids(vec![entitlements::find(conn, &id)?], conn))?;
        made.first().map(|made| wire::Entitlement::new(ctx, made)).ok_or_else(|| ApiError::not_found("entitlement"))
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// Returns an entitlement.
#[utoipa::path(
    get, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Entitlement), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    let found = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(found.await??))
}

body! {
    /// The fields to change; omitted fields stay unchanged. The integration type cannot change.
    EntitlementPatch(integration_type: IntegrationType) {
        #[schema(max_length = 200)]
        name: Option<String> = optional(|value| parsed(value, parse_name)),
        /// `null` clears the field.
        #[schema(value_type = Option<String>, max_length = 2000)]
        description: Given<Option<String>> = given(description),
        /// The whole configuration, of the entitlement's integration type.
        #[schema(value_type = Option<Object>)]
        integration_config: Option<IntegrationConfig> = optional_object(|inner| integration_config::read(integration_type, inner)),
        #[schema(value_type = Option<Object>)]
        metadata: Given<String> = given(metadata),
    }
}

/// Changes an entitlement. Existing grants keep what they were delivered with.
#[utoipa::path(
    patch, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    request_body = EntitlementPatch,
    responses((status = 200, body = wire::Entitlement), Refusals)
)]
pub(crate) async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    let updated = in_background(&ctx, move |ctx| {
        let patched = |present: &Entitlement| change(ctx, &body, present.clone()).map_err(Refused);
        update_entitlement(ctx, &id, patched, &caller.actor()).map_err(|Refused(error)| error)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Ok().json(updated.await??))
}

/// Why a change is rejected; converts errors of the storage layer as well.
struct Refused(ApiError);

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Self(ApiError::not_found_or("entitlement")(error))
    }
}

/// Merges the fields of the body into the current entitlement.
fn change(ctx: &Context, body: &JsonBody, present: Entitlement) -> Result<EntitlementFields, ApiError> {
    let patch = body.parse(|fields| EntitlementPatch::read(fields, present.config.integration_type()))?;
    Ok(EntitlementFields {
        name: patch.name.unwrap_or(present.name),
        description: patch.description.or_cleared(None).unwrap_or(present.description),
        file_ids: patch.integration_config.as_ref().map(|config| file_ids(ctx, config)).transpose()?.flatten(),
        // The body has no stock settings; those that are there stay.
        config: match patch.integration_config {
            Some(config) => config.with_stock_of(&present.config),
            None => present.config,
        },
        metadata: patch.metadata.or_cleared("{}".to_owned()),
        is_active: None,
        product_id: None,
    })
}

/// Deletes an entitlement: it is no longer sold or listed, and its grants remain.
#[utoipa::path(
    delete, path = "/entitlements/{id}", tag = "Entitlements",
    params(("id" = String, Path)),
    responses((status = 204, description = "The entitlement was deleted."), Refusals)
)]
pub(crate) async fn destroy(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    in_background(&ctx, move |ctx| delete_entitlement(ctx, &id, &caller.actor()))
        .await?
        .map_err(ApiError::not_found_or("entitlement"))?;
    Ok(HttpResponse::NoContent().finish())
}

fn entitlement_id(request: &HttpRequest) -> Result<EntitlementId, ApiError> {
    path_id(request, "id", "entitlement")
}

fn integration_type(value: &Json) -> Result<IntegrationType, String> {
    let known = || IntegrationType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    IntegrationType::parse(text(value)?).ok_or_else(|| format!("must be one of {}", known()))
}

/// The files that a configuration names; `None` if its type has no such field. Fails if one does not exist.
fn file_ids(ctx: &Context, config: &IntegrationConfig) -> Result<Option<Vec<FileId>>, ApiError> {
    let Some(named) = named_files(config) else { return Ok(None) };
    let unknown = |id: &str| {
        let message = format!("has {id}, and there is no such file");
        ApiError::field("integration_config.digital_file_ids", message)
    };
    let parsed = named.iter().map(|id| FileId::parse(id).map_err(|_| unknown(id)));
    let ids: Vec<FileId> = parsed.collect::<Result<_, _>>()?;
    let existing = ctx.db.read(|conn| files_stored::existing(conn, &ids))?;
    match ids
        .iter()
        .enumerate()
        .find(|(place, id)| !existing.contains(id) || ids.iter().take(*place).any(|other| other == *id))
    {
        Some((_, id)) if existing.contains(id) => {
            Err(ApiError::field("integration_config.digital_file_ids", format!("has {id} twice")))
        }
        Some((_, id)) => Err(unknown(id.as_str())),
        None => Ok(Some(ids)),
    }
}

fn description(value: &Json) -> Result<Option<String>, String> {
    parsed(value, |text| texts::optional(text, |text| texts::block(text, MAX_DESCRIPTION)))
}

fn found(ctx: &Context, id: &EntitlementId) -> Result<wire::Entitlement, ApiError> {
    let found = ctx.db.read(|conn| with_file_ids(vec![entitlements::find_active(conn, id)?], conn));
    let found = found.map_err(ApiError::not_found_or("entitlement"))?;
    found.first().map(|found| wire::Entitlement::new(ctx, found)).ok_or_else(|| ApiError::not_found("entitlement"))
}

impl From<SaveEntitlementError> for ApiError {
    fn from(error: SaveEntitlementError) -> Self {
        match error {
            SaveEntitlementError::ProductNotFound => Self::not_found("product"),
            SaveEntitlementError::FileNotFound(id) => {
                Self::field("integration_config.digital_file_ids", format!("has {id}, and there is no such file"))
            }
            SaveEntitlementError::IdempotencyMismatch => IdempotencyMismatch.into(),
            SaveEntitlementError::Storage(error) => error.into(),
        }
    }
}
