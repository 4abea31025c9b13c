//! License key instances: the list, a single instance, and its name.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::api::request::described::{body, params};
use crate::api::request::values::parsed;
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, PageParams, Query, path_id};
use crate::domain::ids::{GrantId, LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::parse_name;
use crate::http::in_background;
use crate::storage::license_keys::instances::InstanceScope;
use crate::storage::{StorageError, license_keys};
use crate::usecases::Context;
use crate::usecases::license_keys::rename_instance::rename_license_key_instance;
use crate::wire;

params! {
    /// The filters of the list.
    InstanceParams {
        #[param(value_type = Option<String>)]
        license_key_id: LicenseKeyId = ("a license key's id", |text| LicenseKeyId::parse(text).ok()),
        /// Only instances of this grant's key.
        #[param(value_type = Option<String>)]
        grant_id: GrantId = ("a grant's id", |text| GrantId::parse(text).ok()),
    }
}

/// Lists activations, newest first.
#[utoipa::path(
    get, path = "/license_key_instances", tag = "License keys",
    params(InstanceParams, PageParams),
    responses((status = 200, body = wire::Items<wire::Instance>), Refusals)
)]
pub(crate) async fn index(_caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let filters = InstanceParams::read(&mut query);
    let scope = InstanceScope { license_key_id: filters.license_key_id, grant_id: filters.grant_id };
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
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: LicenseKeyInstanceId = path_id(&request, "id", "license key instance")?;
    let instance = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| license_keys::instances::find(conn, &id)).map(|found| wire::Instance::new(ctx, &found))
    });
    Ok(HttpResponse::Ok().json(instance.await?.map_err(ApiError::not_found_or("license key instance"))?))
}

body! {
    /// The new name of an activation.
    InstanceName {
        #[schema(max_length = 255)]
        name: String = required(|value| parsed(value, parse_name)),
    }
}

/// Renames an activation.
#[utoipa::path(
    patch, path = "/license_key_instances/{id}", tag = "License keys",
    params(("id" = String, Path)),
    request_body = InstanceName,
    responses((status = 200, body = wire::Instance), Refusals)
)]
pub(crate) async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id: LicenseKeyInstanceId = path_id(&request, "id", "license key instance")?;
    let name = body.parse(InstanceName::read)?.name;
    let renamed = in_background(&ctx, move |ctx| {
        rename_license_key_instance(ctx, &id, &name, &caller.actor()).map(|found| wire::Instance::new(ctx, &found))
    });
    Ok(HttpResponse::Ok().json(renamed.await?.map_err(ApiError::not_found_or("license key instance"))?))
}
