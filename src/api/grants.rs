//! Grants: the list, one grant, and the report of a sale, which makes them.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::grant_scope::{self, GrantsOfEverything};
use super::responses::Refusals;
use super::sale_report::{SaleReport, parse};
use super::{ApiError, Caller, JsonBody, Query, path_id};
use crate::domain::actor::Actor;
use crate::domain::ids::GrantId;
use crate::domain::page_number::PageNumber;
use crate::http::in_background;
use crate::storage::grant_pages::{self, GrantScope};
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::usecases::issue_grant::IssueGrantError;
use crate::usecases::once::IdempotencyMismatch;
use crate::usecases::report_sale::{ReportSaleError, report_sale};
use crate::usecases::view_grant::{Clarity, GrantView, note_read, view_grant, view_grants};
use crate::wire;

/// All grants, the newest first.
#[utoipa::path(
    get, path = "/grants", tag = "Grants",
    params(GrantsOfEverything),
    responses((status = 200, body = wire::Items<wire::Grant>), Refusals)
)]
pub async fn index(caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let scope = grant_scope::parse(&mut query);
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| page_of(ctx, &scope, page, &caller));
    Ok(HttpResponse::Ok().json(items.await??))
}

/// One grant. Reading a key in clear stands in the audit log.
#[utoipa::path(
    get, path = "/grants/{grant_id}", tag = "Grants",
    params(("grant_id" = String, Path)),
    responses((status = 200, body = wire::Grant), Refusals)
)]
pub async fn show(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let actor = caller.actor();
    let clarity = caller.clarity();
    let grant = in_background(&ctx, move |ctx| {
        let view = load(ctx, &id, clarity)?;
        let keys: Vec<_> = view.license_key.iter().collect();
        note_read(ctx, &actor, &keys)?;
        Ok::<_, ApiError>(wire::Grant::new(ctx, &view))
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

/// Reports a sale, the way a shop's own code does. One sale is one grant for each of its
/// entitlement, customer, payment or subscription and ordinal; reporting it again gives the same.
/// With a `quantity` above 1 the answer is the first grant, with all of them in `items`.
#[utoipa::path(
    post, path = "/grants", tag = "Grants",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = SaleReport,
    responses(
        (status = 201, description = "The sale is new.", body = wire::SoldGrants),
        (status = 200, description = "The sale was reported before.", body = wire::SoldGrants),
        Refusals
    )
)]
pub async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let report = parse(&body)?;
    let actor = caller.actor();
    let clarity = caller.clarity();
    let once = body.once(&ctx, actor.id());
    let answer = in_background(&ctx, move |ctx| {
        let command = report.into_command(ctx, once, actor)?;
        let reported = report_sale(ctx, &command)?;
        let views = views_of(ctx, &reported.grant_ids, clarity)?;
        // Of a new sale the caller sees the keys that it made; of a known one it reads them.
        if !reported.is_new {
            note(ctx, &command.actor, &views)?;
        }
        let grants = wire::SoldGrants::new(ctx, &views).ok_or_else(|| ApiError::internal("a sale without a grant"))?;
        Ok::<_, ApiError>((reported.is_new, grants))
    });
    let (is_new, grants) = answer.await??;
    Ok(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }.json(grants))
}

/// A page of grants, with the reading of keys noted.
pub(super) fn page_of(
    ctx: &Context,
    scope: &GrantScope,
    page: PageNumber,
    caller: &Caller,
) -> Result<wire::Items<wire::Grant>, ApiError> {
    let views = ctx.db.read(|conn| {
        let grants = grant_pages::list(conn, scope, page)?;
        view_grants(ctx, conn, grants, caller.clarity())
    })?;
    note(ctx, &caller.actor(), &views)?;
    Ok(wire::Items { items: views.iter().map(|view| wire::Grant::new(ctx, view)).collect() })
}

/// One grant with its key; 404 where there is none.
pub(super) fn load(ctx: &Context, id: &GrantId, clarity: Clarity) -> Result<GrantView, ApiError> {
    let found = ctx.db.read(|conn| {
        let grant = grants::find(conn, id)?;
        view_grant(ctx, conn, grant, clarity)
    });
    found.map_err(|error| match error {
        StorageError::NotFound => ApiError::not_found("grant"),
        other => other.into(),
    })
}

fn views_of(ctx: &Context, ids: &[GrantId], clarity: Clarity) -> Result<Vec<GrantView>, ApiError> {
    let views = ctx.db.read(|conn| {
        let grants = ids.iter().map(|id| grants::find(conn, id)).collect::<Result<Vec<_>, StorageError>>()?;
        view_grants(ctx, conn, grants, clarity)
    });
    Ok(views?)
}

fn note(ctx: &Context, actor: &Actor, views: &[GrantView]) -> Result<(), StorageError> {
    let keys: Vec<_> = views.iter().filter_map(|view| view.license_key.as_ref()).collect();
    note_read(ctx, actor, &keys)
}

impl From<ReportSaleError> for ApiError {
    fn from(error: ReportSaleError) -> Self {
        match error {
            ReportSaleError::IdempotencyMismatch => IdempotencyMismatch.into(),
            ReportSaleError::Issue(IssueGrantError::EntitlementNotFound) => Self::not_found("entitlement"),
            ReportSaleError::Issue(IssueGrantError::EntitlementInactive) => {
                Self::field("entitlement_id", "is not active any more")
            }
            ReportSaleError::Issue(IssueGrantError::CustomerErased) => Self::customer_erased(),
            ReportSaleError::Issue(IssueGrantError::GrantIdTaken) => {
                Self::internal("a report brought a grant id along")
            }
            ReportSaleError::Issue(IssueGrantError::Storage(error)) => error.into(),
        }
    }
}
