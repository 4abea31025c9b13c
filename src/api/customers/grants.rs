//! The grants and entitlements of a customer.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::api::grants::page_of;
use crate::api::grants::scope::{self, GrantFilters, OfEntitlement};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, PageParams, Query, path_id};
use crate::domain::ids::CustomerId;
use crate::http::in_background;
use crate::storage::{Conn, customers, grants};
use crate::usecases::Context;
use crate::wire;

/// Lists a customer's grants, newest first.
#[utoipa::path(
    get, path = "/customers/{customer_id}/entitlement-grants", tag = "Customers",
    params(("customer_id" = String, Path), OfEntitlement, GrantFilters, PageParams),
    responses((status = 200, body = wire::Items<wire::Grant>), Refusals)
)]
pub(crate) async fn index(
    request: HttpRequest,
    caller: Caller,
    mut query: Query,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id: CustomerId = path_id(&request, "customer_id", "customer")?;
    let scope = scope::read(&mut query, Some(id.clone()), None);
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| check_exists(conn, &id))?;
        page_of(ctx, &scope, page, &caller)
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// Lists a customer's entitlements in short form, newest first, at most 1,000.
#[utoipa::path(
    get, path = "/customers/{customer_id}/entitlements", tag = "Customers",
    params(("customer_id" = String, Path)),
    responses((status = 200, body = wire::Items<wire::CustomerEntitlement>), Refusals)
)]
pub(crate) async fn entitlements(
    request: HttpRequest,
    _caller: Caller,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id: CustomerId = path_id(&request, "customer_id", "customer")?;
    let items = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            check_exists(conn, &id)?;
            Ok::<_, ApiError>(wire::Items::<wire::CustomerEntitlement>::new(grants::api_list::of_customer(conn, &id)?))
        })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

fn check_exists(conn: &mut Conn, id: &CustomerId) -> Result<(), ApiError> {
    customers::find(conn, id).map(drop).map_err(ApiError::not_found_or("customer"))
}
