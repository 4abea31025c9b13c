//! Grants: the list, one grant, a grant by hand.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::erasures::name_erased;
use super::figures_strip::{FiguresStrip, start_of_day};
use super::grant_form::{GrantForm, form_key};
use super::grant_list_page::{GrantsPage, GrantsQuery};
use super::grant_new_page::NewGrantPage;
use super::grant_page::{GrantPage, load};
use super::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff};
use super::{html, in_background, routes, see_other};
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::page::From;
use crate::http::id::Id;
use crate::storage::{StorageError, entitlements, figures, grant_list, license_keys};
use crate::usecases::Context;
use crate::usecases::issue_grant::IssueGrantError;
use crate::usecases::report_sale::{ReportSale, ReportSaleError, report_sale};

const PAGE_SIZE: usize = 50;

/// The list; a whole key in the search leads straight to its grant.
pub async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<GrantsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if let Some(id) = grant_of_key(&ctx, &query.q).await? {
        return Ok(see_other(&routes::grant(&id)));
    }
    let read = query.read();
    let is_narrowed =
        read.filter.search.is_some() || read.filter.entitlement_id.is_some() || read.filter.integration_type.is_some();
    let has_strip = read.filter.status == Some(GrantStatus::Pending) && !is_narrowed && read.from == From::Start;
    let (yesterday, late_before) = (start_of_day(staff.localizer(), 1), late_before(&ctx));
    let (filter, from) = (read.filter.clone(), read.from.clone());
    let found = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            let grants = grant_list::list(conn, &filter, &from, PAGE_SIZE)?;
            let counts = grant_list::counts(conn, &filter)?;
            let entitlements = entitlements::list(conn)?;
            let figures = if has_strip {
                Some((figures::waiting(conn, late_before)?, figures::delivered_since(conn, yesterday)?))
            } else {
                None
            };
            Ok::<_, StorageError>((grants, counts, entitlements, figures))
        })
    });
    let (mut grants, counts, entitlements, figures) = found.await??;
    for line in &mut grants.rows {
        name_erased(staff.localizer(), &line.customer_email, &mut line.customer_name);
    }
    let (page, target) = (staff.page(Nav::Grants), ctx.config.target);
    let strip = figures.map(|(waiting, delivered)| FiguresStrip::new(&page, waiting, &delivered, target));
    let view = GrantsPage {
        page,
        query: query.0,
        filter: read.filter,
        is_understood: read.is_understood,
        is_start: read.from == From::Start,
        grants,
        counts,
        entitlements,
        strip,
        target,
    };
    html(StatusCode::OK, &view)
}

/// What was sold before this moment and still waits is late.
pub(super) fn late_before(ctx: &Context) -> jiff::Timestamp {
    let now = ctx.clock.now();
    now.saturating_sub(ctx.config.target).unwrap_or(now)
}

/// The grant whose whole key was typed into the search.
async fn grant_of_key(ctx: &Context, typed: &str) -> Result<Option<GrantId>, PageError> {
    let Ok(key) = LicenseKeyValue::parse(typed) else { return Ok(None) };
    let issued = in_background(ctx, move |ctx| {
        let hash = ctx.keyring.lookup_hash(key.expose());
        ctx.db.read(|conn| license_keys::find_by_hash(conn, &hash))
    });
    Ok(issued.await??.and_then(|issued| issued.grant_id))
}

/// What may stand behind a grant's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// `revoke` or `restore`: with that form on the page instead of in a dialog.
    act: String,
}

/// Everything about one grant.
pub async fn show(
    staff: SignedInStaff,
    id: Id<GrantId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    let mut view = GrantPage::new(&staff, &ctx, detail);
    view.shows_reason = matches!(query.act.as_str(), "revoke" | "restore") && view.page.may_manage();
    html(StatusCode::OK, &view)
}

/// The form for a grant by hand.
pub async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let entitlements = choices(&ctx).await?;
    let (form, errors) = (GrantForm::fresh(), FormErrors::new());
    html(StatusCode::OK, &NewGrantPage { page: staff.page(Nav::Grants), entitlements, form, errors })
}

/// Makes the grant, or leads to the one that this sale has already.
pub async fn create(
    staff: SignedInStaff,
    form: CsrfForm<GrantForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut form = form.into_inner();
    let entitlements = choices(&ctx).await?;
    let l = staff.localizer();
    let (sale, idempotency_key) = match form.parse(l, &entitlements) {
        Ok(parsed) => parsed,
        Err(errors) => return refuse(&staff, entitlements, form, errors),
    };
    let actor = staff.actor();
    let idempotency_key = idempotency_key.map(|key| form_key(&ctx, &sale, actor.id(), key));
    let command = ReportSale { sale, quantity: 1, idempotency_key, actor };
    let outcome = in_background(&ctx, move |ctx| report_sale(ctx, &command)).await?;
    match outcome {
        Ok(reported) => {
            let flash = if reported.is_new { Flash::ok("grants-created") } else { Flash::warn("grants-known") };
            let id = reported.grant_ids.first().ok_or_else(|| PageError::internal("a sale without a grant"))?;
            Ok(staff.see_other(&routes::grant(id), &flash))
        }
        Err(ReportSaleError::IdempotencyMismatch) => {
            form.renew_idempotency_key();
            let errors = FormErrors::one("entitlement_id", l.t("grants-form-changed"));
            refuse(&staff, entitlements, form, errors)
        }
        Err(ReportSaleError::Issue(IssueGrantError::EntitlementNotFound | IssueGrantError::EntitlementInactive)) => {
            let errors = FormErrors::one("entitlement_id", l.t("grants-entitlement-wrong"));
            refuse(&staff, entitlements, form, errors)
        }
        Err(ReportSaleError::Issue(IssueGrantError::GrantIdTaken)) => {
            Err(PageError::internal("a form brought a grant id along"))
        }
        Err(ReportSaleError::Issue(IssueGrantError::Storage(error))) => Err(error.into()),
    }
}

fn refuse(
    staff: &SignedInStaff,
    entitlements: Vec<Entitlement>,
    form: GrantForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Grants);
    html(StatusCode::UNPROCESSABLE_ENTITY, &NewGrantPage { page, entitlements, form, errors })
}

/// What can be granted by hand.
async fn choices(ctx: &Context) -> Result<Vec<Entitlement>, PageError> {
    let mut all = in_background(ctx, |ctx| ctx.db.read(entitlements::list)).await??;
    all.retain(|entitlement| {
        entitlement.is_active && entitlement.config.integration_type() == IntegrationType::LicenseKey
    });
    Ok(all)
}
