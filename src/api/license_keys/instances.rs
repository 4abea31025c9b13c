//! License key instances: the list, a single instance, and its name.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::{IntoParams, ToSchema};

use crate::api::request::values::parsed;
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, Query, path_id};
use crate::domain::ids::{GrantId, LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::parse_name;
use crate::http::in_background;
use crate::storage::license_keys::instances::InstanceScope;
use crate::storage::{StorageError, license_keys};
use crate::usecases::Context;
use crate::usecases::license_keys::rename_instance::rename_license_key_instance;
use crate::wire;

/// The filters and page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described; the parameters are read one by one")]
pub struct InstanceParams {
    license_key_id: Option<String>,
    /// Only instances of this grant's key.
    grant_id: Option<String>,
    /// Default: 10.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
    #[param(minimum = 0)]
    page_number: Option<u32>,
}

/// Lists activations, newest first.
#[utoipa::path(
    get, path = "/license_key_instances", tag = "License keys",
    params(InstanceParams),
    responses((status = 200, body = wire::Items<wire::Instance>), Refusals)
)]
pub async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let scope = InstanceScope {
        license_key_id: query.parsed("license_key_id", "a license key's id", |text| LicenseKeyId::parse(text).ok()),
        grant_id: query.parsed("grant_id", "a grant's id", |text| GrantId::parse(text).ok()),
    };
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| license_keys::instances::list(conn, &scope, page))?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Instance::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// Returns an activation.
#[utoipa::path(
    get, path = "/license_key_instances/{id}", tag = "License keys",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Instance), Refusals)
)]
pub async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: LicenseKeyInstanceId = path_id(&request, "id", "license key instance")?;
    let instance = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| license_keys::instances::find(conn, &id)).map(|found| wire::Instance::new(ctx, &found))
    });
    Ok(HttpResponse::Ok().json(instance.await?.map_err(none)?))
}

/// The new name of an activation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct InstanceName {
    #[schema(max_length = 255)]
    name: String,
}

/// Renames an activation.
#[utoipa::path(
    patch, path = "/license_key_instances/{id}", tag = "License keys",
    params(("id" = String, Path)),
    request_body = InstanceName,
    responses((status = 200, body = wire::Instance), Refusals)
)]
pub async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id: LicenseKeyInstanceId = path_id(&request, "id", "license key instance")?;
    let mut fields = body.fields();
    let name = fields.required("name", |value| parsed(value, parse_name));
    fields.finish()?;
    let name = name.unwrap_or_default();
    let renamed = in_background(&ctx, move |ctx| {
        rename_license_key_instance(ctx, &id, &name, &caller.actor()).map(|found| wire::Instance::new(ctx, &found))
    });
    Ok(HttpResponse::Ok().json(renamed.await?.map_err(none)?))
}

fn none(error: StorageError) -> ApiError {
    match error {
        StorageError::NotFound => ApiError::not_found("license key instance"),
        other => other.into(),
    }
}
