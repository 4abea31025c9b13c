//! The grants of an entitlement, and revoking one.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::api::grants::scope::{self, GrantFilters, OfCustomer};
use crate::api::grants::{page_of, shown};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, PageParams, Query, path_id};
use crate::domain::ids::{EntitlementId, GrantId};
use crate::http::in_background;
use crate::storage::catalog::entitlements;
use crate::storage::grants;
use crate::usecases::Context;
use crate::usecases::grants::revoke::{Reason, RevokeGrantError, revoke_grant};
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

/// Lists an entitlement's grants, newest first.
#[utoipa::path(
    get, path = "/entitlements/{id}/grants", tag = "Grants",
    params(("id" = String, Path), OfCustomer, GrantFilters, PageParams),
    responses((status = 200, body = wire::Items<wire::Grant>), Refusals)
)]
pub(crate) async fn index(
    request: HttpRequest,
    caller: Caller,
    mut query: Query,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id: EntitlementId = path_id(&request, "id", "entitlement")?;
    let scope = scope::read(&mut query, None, Some(id.clone()));
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| entitlements::find(conn, &id)).map_err(ApiError::not_found_or("entitlement"))?;
        page_of(ctx, &scope, page, &caller)
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

/// Revokes a grant: disables its key and cancels its waiting e-mail. Repeating it changes nothing.
#[utoipa::path(
    delete, path = "/entitlements/{id}/grants/{grant_id}", tag = "Grants",
    params(("id" = String, Path), ("grant_id" = String, Path)),
    responses((status = 200, body = wire::Grant), Refusals)
)]
pub(crate) async fn destroy(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let entitlement_id: EntitlementId = path_id(&request, "id", "entitlement")?;
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let grant = in_background(&ctx, move |ctx| {
        let grant = ctx.db.read(|conn| grants::find(conn, &id)).map_err(ApiError::not_found_or("grant"))?;
        if grant.entitlement_id != entitlement_id {
            return Err(ApiError::not_found("grant"));
        }
        let reason = Reason::parse("manual").map_err(|_| ApiError::internal("the reason is refused"))?;
        revoke_grant(ctx, &id, &reason, &caller.actor())?;
        shown(ctx, &id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

impl From<RevokeGrantError> for ApiError {
    fn from(error: RevokeGrantError) -> Self {
        match error {
            RevokeGrantError::Mirrored => Self::conflict(
                "GRANT_MIRRORED",
                "This grant is mirrored from a connected account. Revoke it there; it is followed here.",
            ),
            RevokeGrantError::GrantNotFound => Self::not_found("grant"),
            RevokeGrantError::Storage(error) => error.into(),
        }
    }
}
