//! Stock: keys that wait to be issued. What there is, who waits, importing keys, and what becomes of single keys and
//! whole batches.

mod added;
pub(crate) mod batches;
pub(crate) mod csv;
pub(crate) mod import;
pub(crate) mod keys;
mod lines;
pub(crate) mod preview;
pub(crate) mod settings;
pub(crate) mod show;
pub(crate) mod view;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use self::view::{StockLine, refused};
use super::forms::NoFields;
use super::{CsrfForm, Flash, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::stock::settings_of;
use crate::http::id::Id;
use crate::storage::stock::alerts::RaisedAlert;
use crate::storage::stock::{alerts, figures};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::stock::alerts::{hide, local_now};
use crate::usecases::stock::serve::serve_waiting;

#[derive(Template)]
#[template(path = "stock/index.html")]
struct StocksPage {
    page: PageContext,
    /// First to run out at the top.
    lines: Vec<StockLine>,
    /// Entitlements that could have stock and never had any.
    without: Vec<Entitlement>,
    /// The alerts that are not hidden.
    alerts: Vec<RaisedAlert>,
}

impl StocksPage {
    fn available(&self) -> i64 {
        self.lines.iter().map(|line| line.figures.available).sum()
    }

    fn waiting(&self) -> i64 {
        self.lines.iter().map(|line| line.figures.waiting).sum()
    }

    fn servable(&self) -> i64 {
        self.lines.iter().map(StockLine::servable).sum()
    }

    fn used_today(&self) -> i64 {
        self.lines.iter().map(StockLine::used_today).sum()
    }

    /// Keys used on a day, as the average of 28 days.
    fn usual(&self) -> i64 {
        (self.lines.iter().map(StockLine::used).sum::<i64>() + 14) / 28
    }

    /// The stock that still has keys and runs out first.
    fn first_to_run_out(&self) -> Option<&StockLine> {
        self.lines.iter().find(|line| line.figures.available > 0 && line.runs_out())
    }

    fn first_is_low(&self) -> bool {
        self.first_to_run_out().is_some_and(|line| line.is_low)
    }

    /// What the alerts say: empty stocks first, then those that are low.
    fn alert(&self) -> Option<String> {
        let of_alert = |alert: &RaisedAlert| self.lines.iter().find(|line| line.entitlement.id == alert.entitlement_id);
        let (empty, low): (Vec<&StockLine>, Vec<&StockLine>) =
            self.alerts.iter().filter_map(of_alert).partition(|line| line.figures.available == 0);
        let mut sentences: Vec<String> = empty
            .into_iter()
            .map(|line| match (line.figures.waiting, line.entitlement.name.as_str()) {
                (0, name) => self.page.t1("stock-alert-empty-one", "name", name),
                (waiting, name) => self.page.t2("stock-alert-empty-waiting", "name", name, "count", waiting),
            })
            .collect();
        let names: Vec<&str> = low.iter().map(|line| line.entitlement.name.as_str()).collect();
        match names.as_slice() {
            [] => {}
            [name] => sentences.push(self.page.t1("stock-alert-low-one", "name", name)),
            names => sentences.push(self.page.t1("stock-alert-low-many", "names", names.join(", "))),
        }
        Some(sentences.join(" ")).filter(|text| !text.is_empty())
    }
}

/// Lists the stock of each entitlement.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let now = local_now(&ctx);
    let here = now.clone();
    let read = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let all = ctx.page_cache.entitlements(&ctx.db, conn)?;
            Ok::<_, StorageError>((figures::all(conn, &here)?, all, alerts::raised(conn)?))
        })
    });
    let (stocked, all, alerts) = read.await??;
    let mut lines: Vec<StockLine> =
        stocked.into_iter().map(|(entitlement, figures)| StockLine::new(entitlement, figures, &now)).collect();
    lines.sort_by_key(StockLine::urgency);
    let has_none = |entitlement: &&Entitlement| {
        entitlement.is_active
            && settings_of(&entitlement.config).is_ok()
            && !lines.iter().any(|line| line.entitlement.id == entitlement.id)
    };
    let without = all.iter().filter(has_none).cloned().collect();
    let alerts = alerts.into_iter().filter(|alert| alert.hidden_at.is_none()).collect();
    html(StatusCode::OK, &StocksPage { page: staff.page(Nav::Stock), lines, without, alerts })
}

/// Hides the alerts from pages until they are raised again.
pub(crate) async fn hide_alerts(
    staff: SignedInStaff,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let actor = staff.actor();
    let hidden = in_background(&ctx, move |ctx| {
        let raised = ctx.db.read(|conn: &mut Conn| alerts::raised(conn))?;
        raised.iter().try_for_each(|alert| hide(ctx, &alert.entitlement_id, &actor).map(|_| ()))
    });
    hidden.await??;
    Ok(staff.see_other(urls::STOCK, Flash::ok("stock-alert-hidden")))
}

/// Starts serving the grants that wait for this entitlement.
pub(crate) async fn serve(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (entitlement_id, actor) = (id.0.clone(), staff.actor());
    let started = in_background(&ctx, move |ctx| serve_waiting(ctx, &entitlement_id, &actor));
    let is_started = started.await?.map_err(refused)?;
    let flash = if is_started { Flash::ok("stock-serving-started") } else { Flash::warn("stock-serving-nothing") };
    Ok(staff.see_other(&urls::stock(&id), flash))
}
