//! How far adding the keys of a confirmed list has come.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::entitlement::Entitlement;
use crate::storage::catalog::entitlements;
use crate::usecases::Context;
use crate::usecases::stock::uploads::Upload;
use crate::web::overview::svg;
use crate::web::{Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

/// How many lines that were not added are named.
const NAMED: usize = 100;

#[derive(Template)]
#[template(path = "stock/added.html")]
struct AddedPage {
    page: PageContext,
    entitlement: Entitlement,
    upload: Upload,
}

impl AddedPage {
    fn is_done(&self) -> bool {
        self.upload.job.as_ref().is_none_or(|job| job.is_finished)
    }

    /// While it runs, a title that stays true when the part below is replaced.
    fn title(&self) -> String {
        self.page.localizer.t(if self.is_done() { "stock-added-title" } else { "stock-import" })
    }

    fn done(&self) -> i64 {
        self.upload.job.as_ref().map_or(0, |job| job.done)
    }

    fn total(&self) -> i64 {
        self.upload.job.as_ref().and_then(|job| job.total).unwrap_or_else(|| self.done())
    }

    fn percent(&self) -> i64 {
        svg::percent(self.done(), self.total())
    }

    fn progress(&self) -> String {
        if self.is_done() {
            let rejected = i64::try_from(self.upload.rejected.len()).unwrap_or(0);
            return self.page.t1("stock-added", "count", (self.done() - rejected).max(0));
        }
        self.page.t2("stock-adding", "done", self.done(), "total", self.total())
    }

    /// The lines that were confirmed and not added after all.
    fn rejected(&self) -> Option<String> {
        let rejected = &self.upload.rejected;
        let lines: Vec<String> = rejected.iter().take(NAMED).map(|(line, _)| line.to_string()).collect();
        let more = if rejected.len() > NAMED { ", …" } else { "" };
        let said = self.page.t1("stock-added-rejected", "lines", format!("{}{more}", lines.join(", ")));
        (!rejected.is_empty()).then_some(said)
    }

    fn url(&self) -> String {
        urls::stock_upload(&self.entitlement.id, &self.upload.stored.id)
    }

    fn batch_url(&self) -> String {
        self.upload.stored.batch_id.as_ref().map_or_else(|| urls::stock(&self.entitlement.id), urls::batch)
    }
}

/// Shows how far it has come.
pub(super) async fn show_added(
    staff: &SignedInStaff,
    ctx: &Context,
    upload: Upload,
) -> Result<HttpResponse, PageError> {
    let id = upload.stored.entitlement_id.clone();
    let entitlement = in_background(ctx, move |ctx| ctx.db.read(|conn| entitlements::find(conn, &id))).await??;
    html(StatusCode::OK, &AddedPage { page: staff.page(Nav::Stock), entitlement, upload })
}
