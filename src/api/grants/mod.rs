//! Grants: the list, a single grant, and reporting a sale, which creates grants.

pub(crate) mod actions;
pub(crate) mod files;
pub(crate) mod fulfill;
pub(crate) mod link;
pub(crate) mod replace;
pub(crate) mod sale_report;
pub(crate) mod scope;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use self::sale_report::{Report, SaleReport};
use self::scope::{GrantFilters, OfCustomer, OfEntitlement, OfSale};
use super::response::Refusals;
use super::{ApiError, Caller, JsonBody, PageParams, Query, path_id};
use crate::domain::ids::GrantId;
use crate::domain::page::number::PageNumber;
use crate::domain::sale::{SaleIdKind, SaleReference};
use crate::http::in_background;
use crate::storage::grants::api_list::GrantScope;
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::grants::report_sale::{ReportSaleError, report_sale};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::{JustWritten, read_grant, read_grants};
use crate::wire;

/// Why an address is refused although it is one.
const UNREACHABLE: &str = "the mail server cannot send to addresses with such letters before the @ (no SMTPUTF8)";

/// Lists all grants, newest first.
#[utoipa::path(
    get, path = "/grants", tag = "Grants",
    params(OfCustomer, OfEntitlement, OfSale, GrantFilters, PageParams),
    responses((status = 200, body = wire::Items<wire::Grant>), Refusals)
)]
pub(crate) async fn index(caller: Caller, mut query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let mut scope = scope::read(&mut query, None, None);
    let sale = OfSale::read(&mut query);
    query.refuse_unknown();
    let page = query.page()?;
    let ids = [
        (SaleIdKind::Payment, sale.payment_id),
        (SaleIdKind::Subscription, sale.subscription_id),
        (SaleIdKind::External, sale.external_id),
    ];
    scope.sale_ids = ids.into_iter().filter_map(|(kind, id)| Some(SaleReference { kind, value: id? })).collect();
    scope.customer_email = sale.customer_email;
    let items = in_background(&ctx, move |ctx| page_of(ctx, &scope, page, &caller));
    Ok(HttpResponse::Ok().json(items.await??))
}

/// Returns a grant. Reading a key in plaintext is recorded in the audit log.
#[utoipa::path(
    get, path = "/grants/{grant_id}", tag = "Grants",
    params(("grant_id" = String, Path)),
    responses((status = 200, body = wire::Grant), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let grant = in_background(&ctx, move |ctx| shown(ctx, &id, &caller, JustWritten::Nothing));
    Ok(HttpResponse::Ok().json(grant.await??))
}

/// Reports a sale, for example from a shop's own code.
///
/// A report that shares an id with a known sale is a report of that sale: repeating it, renewing it or correcting its
/// address returns the same grant. A sale has one grant for each piece of an entitlement; if there are several, the
/// response is the first, with all of them in `items`.
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
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let report = Report::parse(&body)?;
    let once = body.once(&ctx, caller.actor().id());
    let answer = in_background(&ctx, move |ctx| {
        let command = report.into_command(ctx, once, caller.actor())?;
        let reported = report_sale(ctx, &command)?;
        let sold = ctx.db.read(|conn| {
            reported.grant_ids.iter().map(|id| grants::find(conn, id)).collect::<Result<Vec<_>, StorageError>>()
        })?;
        let views = read_grants(ctx, &command.actor, sold, JustWritten::Recorded(&reported.generated))?;
        let grants = wire::SoldGrants::new(ctx, &views).ok_or_else(|| ApiError::internal("a sale without a grant"))?;
        Ok::<_, ApiError>((reported.is_new, grants))
    });
    let (is_new, grants) = answer.await??;
    Ok(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }.json(grants))
}

/// Reads a page of grants.
pub(super) fn page_of(
    ctx: &Context,
    scope: &GrantScope,
    page: PageNumber,
    caller: &Caller,
) -> Result<wire::Items<wire::Grant>, ApiError> {
    let found = ctx.db.read(|conn| grants::api_list::list(conn, scope, page))?;
    let views = read_grants(ctx, &caller.actor(), found, JustWritten::Nothing)?;
    Ok(wire::Items { items: views.iter().map(|view| wire::Grant::new(ctx, view)).collect() })
}

/// A grant with its key in the form that the caller may see; 404 if there is none.
pub(super) fn shown(
    ctx: &Context,
    id: &GrantId,
    caller: &Caller,
    written: JustWritten<'_>,
) -> Result<wire::Grant, ApiError> {
    let grant = ctx.db.read(|conn| grants::find(conn, id)).map_err(ApiError::not_found_or("grant"))?;
    let view = read_grant(ctx, &caller.actor(), grant, written)?;
    Ok(wire::Grant::new(ctx, &view))
}

impl From<ReportSaleError> for ApiError {
    fn from(error: ReportSaleError) -> Self {
        match error {
            ReportSaleError::IdempotencyMismatch => IdempotencyMismatch.into(),
            ReportSaleError::Issue(IssueGrantError::EntitlementNotFound) => Self::not_found("entitlement"),
            ReportSaleError::Issue(IssueGrantError::EntitlementInactive) => {
                Self::field("entitlement_id", "is no longer active")
            }
            ReportSaleError::Issue(IssueGrantError::CustomerErased) => Self::customer_erased(),
            ReportSaleError::Issue(IssueGrantError::AddressUnreachable) => Self::field("customer.email", UNREACHABLE),
            ReportSaleError::Issue(IssueGrantError::GrantIdTaken) => {
                Self::internal("a report brought a grant id along")
            }
            ReportSaleError::Issue(IssueGrantError::Storage(error)) => error.into(),
        }
    }
}
