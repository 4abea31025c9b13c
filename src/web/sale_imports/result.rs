//! How far an import has come, and what became of its lines.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::lines::LineRow;
use super::view::NAV;
use crate::domain::job::Job;
use crate::domain::sale::import::{ImportCounts, LineKind};
use crate::storage::StorageError;
use crate::storage::sales::imports::StoredImport;
use crate::storage::staff;
use crate::usecases::Context;
use crate::usecases::sales::imports::kept;
use crate::usecases::sales::imports::load::ADDED;
use crate::web::overview::svg;
use crate::web::{PageContext, PageError, SignedInStaff, html, in_background, urls};

/// How many lines that were not imported are shown; all of them are in the files.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "sale_imports/result.html")]
struct ResultPage {
    page: PageContext,
    import: StoredImport,
    job: Option<Job>,
    /// Who confirmed it.
    by: String,
    rows: Vec<LineRow>,
}

impl ResultPage {
    fn is_done(&self) -> bool {
        self.import.finished_at.is_some()
    }

    /// Whether it ended before all lines were imported.
    fn has_failed(&self) -> bool {
        !self.is_done() && self.job.as_ref().is_none_or(|job| job.is_finished)
    }

    fn is_running(&self) -> bool {
        !self.is_done() && !self.has_failed()
    }

    fn url(&self) -> String {
        urls::sale_import(&self.import.id)
    }

    /// While it runs, a title that stays true when the part below is replaced.
    fn title(&self) -> String {
        if self.is_done() {
            self.page.t1("imports-done-title", "count", self.import.counts.of(LineKind::New))
        } else {
            self.page.localizer.t("imports-running-title")
        }
    }

    fn done(&self) -> i64 {
        self.job.as_ref().map_or(0, |job| job.done)
    }

    fn total(&self) -> i64 {
        self.job.as_ref().and_then(|job| job.total).unwrap_or_else(|| self.done())
    }

    fn percent(&self) -> i64 {
        svg::percent(self.done(), self.total())
    }

    fn progress(&self) -> String {
        self.page.t2("imports-progress", "done", self.done(), "total", self.total())
    }

    fn counts(&self) -> &ImportCounts {
        &self.import.counts
    }

    fn added(&self) -> u64 {
        self.counts().get(ADDED)
    }

    fn revoked(&self) -> u64 {
        self.counts().get(ImportCounts::REVOKED)
    }

    fn known(&self) -> u64 {
        self.counts().of(LineKind::Known)
    }

    fn file_url(&self, which: &str) -> String {
        urls::sale_import_file(&self.import.id, which)
    }

    /// Whether more lines were left out than the page shows.
    fn has_more_rows(&self) -> bool {
        self.counts().refused() + self.counts().skipped() > self.rows.len() as u64 && !self.rows.is_empty()
    }
}

/// Shows how far it has come. Lines are personal data: viewers see the numbers alone.
pub(super) async fn show_result(
    staff: &SignedInStaff,
    ctx: &Context,
    import: StoredImport,
    job: Option<Job>,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(NAV);
    let (again, sees_lines) = (import.clone(), page.may_act() && import.finished_at.is_some());
    let read = in_background(ctx, move |ctx| {
        let person = ctx.db.read(|conn| staff::find(conn, &again.staff_id))?;
        let by = person.map(|person| person.name.clone()).unwrap_or_default();
        let is_left_out = |kind: LineKind| kind.is_refused() || kind.is_skipped();
        let most = if sees_lines { SHOWN } else { 0 };
        let mut lines = if most > 0 { kept::lines_of(ctx, &again, LineKind::is_refused, most)? } else { Vec::new() };
        if lines.len() < most {
            let others =
                kept::lines_of(ctx, &again, |kind| is_left_out(kind) && !kind.is_refused(), most - lines.len())?;
            lines.extend(others);
        }
        Ok::<_, StorageError>((by, lines))
    });
    let (by, lines) = read.await??;
    let rows = lines.iter().map(|line| LineRow::of(&page.localizer, line, &HashMap::new())).collect();
    html(StatusCode::OK, &ResultPage { page, import, job, by, rows })
}
