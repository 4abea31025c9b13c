//! Grants: the list, a single grant, creating one manually.

pub(crate) mod acceptances;
pub(crate) mod csv;
pub(crate) mod decisions;
mod elsewhere;
pub(crate) mod emails;
pub mod found;
pub(crate) mod fulfillment;
pub(crate) mod handling;
pub(crate) mod index;
pub(crate) mod invitations;
mod json_pairs;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod new_form;
pub(crate) mod notes;
pub(crate) mod pulse;
pub(crate) mod query;
pub(crate) mod replace;
pub(crate) mod restorations;
pub(crate) mod reveals;
pub(crate) mod revocations;
pub(crate) mod show;
mod supply;
pub(crate) mod tasks;
pub(crate) mod undo;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use jiff::Zoned;
use serde::Deserialize;

use self::found::{Found, PAGE_SIZE};
use self::index::GrantsPage;
use self::list::GrantList;
use self::new::NewGrantPage;
use self::new_form::{GrantForm, form_key};
use self::query::{GrantsQuery, ReadQuery};
use self::show::{GrantPage, load};
use super::overview::stats_strip::FiguresStrip;
use super::urls;
use super::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff, html, in_background};
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::page::PageStart;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::http::read_shortly;
use crate::storage::catalog::entitlements;
use crate::storage::grants::handling::assigned_count;
use crate::storage::grants::stats::WaitingFigures;
use crate::storage::grants::throughput::Throughput;
use crate::storage::sales::tasks::open_on_grants;
use crate::storage::{Conn, StorageError, grants};
use crate::usecases::Context;
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::grants::report_sale::{ReportSale, ReportSaleError, report_sale};

/// The content of the list page.
struct Shown {
    found: Found,
    /// The figures above the list.
    figures: Option<(WaitingFigures, Arc<Throughput>)>,
    /// Whether a grant is left to take.
    has_next: bool,
}

/// Who reads the list.
struct Reader {
    id: StaffId,
    may_act: bool,
    may_reveal: bool,
}

impl Reader {
    fn of(staff: &SignedInStaff, ctx: &Context) -> Self {
        Self { id: staff.id.clone(), may_act: staff.may(Role::Agent), may_reveal: staff.may(ctx.config.reveal) }
    }
}

/// Shows the list.
pub async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<GrantsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = list_page(&staff, &query, &ctx).await?;
    let status = if view.list.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &view)
}

/// Shows the list again, with why nothing was done with what was chosen in it.
pub(crate) async fn refuse_selection(
    staff: &SignedInStaff,
    query: &GrantsQuery,
    ctx: &Data<Context>,
    sentence: String,
) -> Result<HttpResponse, PageError> {
    let mut view = list_page(staff, query, ctx).await?;
    view.list.refusal = Some(sentence);
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

async fn list_page(staff: &SignedInStaff, query: &GrantsQuery, ctx: &Data<Context>) -> Result<GrantsPage, PageError> {
    let read = query.read(staff);
    let (asked, now, me) = (read.clone(), staff.localizer().zoned_now(), Reader::of(staff, ctx));
    // Pages deep in the list may have to be read from disk.
    let shown = if asked.search.is_some() || asked.start != PageStart::Start {
        in_background(ctx, move |ctx| ctx.db.read(|conn| find(ctx, conn, &asked, &me, &now))).await??
    } else {
        read_shortly(ctx, move |ctx, conn| find(ctx, conn, &asked, &me, &now)).await??
    };
    let (page, target) = (staff.page(Nav::Grants), ctx.config.target.clone());
    let Shown { found, figures, has_next } = shown;
    let strip = figures.map(|(waiting, throughput)| FiguresStrip::new(&page, waiting, throughput, target.clone()));
    let mut list = GrantList::new(staff, urls::GRANTS, &query.q, read, found, target);
    list.is_ticked = query.select == "page";
    Ok(GrantsPage { page, list, strip, has_next })
}

fn find(ctx: &Context, conn: &mut Conn, asked: &ReadQuery, me: &Reader, now: &Zoned) -> Result<Shown, StorageError> {
    let has_next = me.may_act && grants::claims::has_next(conn, &me.id, now.timestamp())?;
    if let Some(search) = &asked.search {
        let found = Found::search(ctx, conn, asked, search, &me.id, me.may_reveal, None)?;
        return Ok(Shown { found, figures: None, has_next });
    }
    let entitlements = ctx.page_cache.entitlements(&ctx.db, conn)?;
    let counts = ctx.page_cache.status_counts(&ctx.db, conn, &asked.filter)?;
    let has_strip =
        asked.filter.status == Some(GrantStatus::Pending) && !asked.is_narrowed() && asked.start == PageStart::Start;
    let figures = if has_strip {
        let target = &ctx.config.target;
        let waiting = ctx.page_cache.waiting(&ctx.db, conn, target, ctx.clock.now())?;
        Some((waiting, ctx.page_cache.throughput(&ctx.db, conn, 2, now, target)?))
    } else {
        None
    };
    let grants = grants::list::list(conn, &asked.filter, &asked.start, PAGE_SIZE)?;
    let decisions = ctx.page_cache.decisions(&ctx.db, conn)?;
    let tasks = if asked.filter.needs_decision {
        let ids: Vec<&str> = grants.rows.iter().map(|line| line.id.as_str()).collect();
        open_on_grants(conn, &ids)?
    } else {
        Vec::new()
    };
    let (is_cut, keys_without_grant) = (false, Vec::new());
    let colleagues = ctx.page_cache.colleagues(&ctx.db, conn)?;
    let channels = ctx.page_cache.channels(&ctx.db, conn)?;
    let mine = if me.may_act { assigned_count(conn, &me.id)? } else { 0 };
    let views = ctx.page_cache.saved_views(&ctx.db, conn, &me.id)?;
    let outside_filters = None;
    let found = Found {
        grants,
        counts,
        outside_filters,
        decisions,
        tasks,
        is_cut,
        keys_without_grant,
        entitlements,
        colleagues,
        channels,
        mine,
        views,
    };
    Ok(Shown { found, figures, has_next })
}

/// What may stand behind a grant's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// `revoke` or `restore` shows that form on the page instead of in a dialog; `pause` opens that form.
    act: String,
}

/// Shows everything about one grant.
pub async fn show(
    staff: SignedInStaff,
    id: Id<GrantId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    let mut view = GrantPage::new(&staff, &ctx, detail);
    if view.delivered.is_some() && view.page.may_act() {
        let staff_id = staff.id.clone();
        let count = in_background(&ctx, move |ctx| {
            let now = ctx.clock.now();
            ctx.db.read(|conn| grants::claims::takeable_count(conn, &staff_id, now))
        });
        view.takeable = count.await??;
    }
    view.handling.is_open = query.act == "pause";
    view.shows_reason = matches!(query.act.as_str(), "revoke" | "restore") && view.page.may_manage();
    html(StatusCode::OK, &view)
}

/// Shows the form for creating a grant manually.
pub async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let entitlements = choices(&ctx).await?;
    let (form, errors) = (GrantForm::fresh(), FormErrors::new());
    html(StatusCode::OK, &NewGrantPage { page: staff.page(Nav::Grants), entitlements, form, errors })
}

/// Creates the grant, or redirects to the existing one of this sale.
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
    let command = ReportSale { sale, customer_id: None, idempotency_key, actor };
    let outcome = in_background(&ctx, move |ctx| report_sale(ctx, &command)).await?;
    match outcome {
        Ok(reported) => {
            let flash = if reported.is_new { Flash::ok("grants-created") } else { Flash::warn("grants-known") };
            let id = reported.grant_ids.first().ok_or_else(|| PageError::internal("a sale without a grant"))?;
            Ok(staff.see_other(&urls::grant(id), flash))
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
        Err(ReportSaleError::Issue(IssueGrantError::CustomerErased)) => {
            let errors = FormErrors::one("customer_email", l.t("erasure-done-conflict"));
            refuse(&staff, entitlements, form, errors)
        }
        Err(ReportSaleError::Issue(IssueGrantError::AddressUnreachable)) => {
            let errors = FormErrors::one("customer_email", l.t("grants-email-unreachable"));
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

/// The entitlements that can be granted manually.
async fn choices(ctx: &Context) -> Result<Vec<Entitlement>, PageError> {
    let mut all = in_background(ctx, |ctx| ctx.db.read(entitlements::list)).await??;
    all.retain(|entitlement| entitlement.is_active);
    Ok(all)
}
