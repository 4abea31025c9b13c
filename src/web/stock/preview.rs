//! A list of keys, line by line, before it is confirmed; afterwards, how far adding them has come.

use std::borrow::Cow;
use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::added::show_added;
use super::lines::{LineRow, Part, rank, result, rows, skipped_text};
use super::view::refused;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::{EntitlementId, StockUploadId};
use crate::domain::stock::settings::StockRefill;
use crate::domain::stock::{StockFigures, settings_of};
use crate::http::Id;
use crate::http::id::PathId;
use crate::storage::catalog::entitlements;
use crate::storage::stock::figures;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::stock::StockError;
use crate::usecases::stock::add::Serve;
use crate::usecases::stock::alerts::local_now;
use crate::usecases::stock::uploads::{self, ConfirmUpload, Decision, LineKind, Upload, UploadLine};
use crate::web::csv_file::{download_text, harmless};
use crate::web::{CheckedQuery, CsrfFields, Flash, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, see_other, urls};

/// Lines on a page; as many choices can be made one by one.
const PAGE_SIZE: usize = 100;

#[derive(Template)]
#[template(path = "stock/preview.html")]
struct PreviewPage {
    page: PageContext,
    entitlement: Entitlement,
    figures: StockFigures,
    /// Its lines are in the order shown: problems first.
    upload: Upload,
    rows: Vec<LineRow>,
    part: Part,
    /// The page's number, from 0.
    number: usize,
}

/// A tab above the lines.
struct Tab {
    url: String,
    label: String,
    count: usize,
    is_current: bool,
}

impl PreviewPage {
    fn title(&self) -> String {
        self.page.t1("stock-preview-title", "count", self.upload.lines.len())
    }

    fn url(&self) -> String {
        urls::stock_upload(&self.entitlement.id, &self.upload.stored.id)
    }

    fn expires_at(&self) -> Timestamp {
        self.upload.stored.expires_at
    }

    fn count(&self, kind: LineKind) -> usize {
        self.upload.lines.iter().filter(|line| line.kind == kind).count()
    }

    fn new_count(&self) -> usize {
        self.count(LineKind::New)
    }

    fn warned_count(&self) -> usize {
        self.count(LineKind::Warned)
    }

    fn skipped_count(&self) -> usize {
        self.upload.lines.iter().filter(|line| Part::Skipped.has(line)).count()
    }

    /// The key of the text that stands for one about keys where the stock has links.
    fn of_value<'a>(&self, key: &'a str) -> Cow<'a, str> {
        self.page.localizer.of_value(key, self.entitlement.config.delivers().is_link())
    }

    fn add_text(&self) -> String {
        self.page.t1(&self.of_value("stock-add"), "count", self.addable())
    }

    fn skipped_summary(&self) -> String {
        let parts = [
            ("stock-skipped-twice", LineKind::Twice),
            ("stock-skipped-in-stock", LineKind::InStock),
            ("stock-skipped-issued", LineKind::Issued),
            ("stock-skipped-invalid", LineKind::Invalid),
        ];
        let said = parts.into_iter().map(|(key, kind)| (key, self.count(kind))).filter(|(_, count)| *count > 0);
        let words = |(key, count)| self.page.t1(&self.of_value(key), "count", count);
        said.map(words).collect::<Vec<_>>().join(", ")
    }

    fn tabs(&self) -> Vec<Tab> {
        let tab = |part: Part| Tab {
            url: self.page_url(part, 0),
            label: self.page.localizer.t(part.label()),
            count: self.upload.lines.iter().filter(|line| part.has(line)).count(),
            is_current: part == self.part,
        };
        Part::ALL.into_iter().map(tab).collect()
    }

    fn page_url(&self, part: Part, number: usize) -> String {
        match (part, number) {
            (Part::All, 0) => self.url(),
            (Part::All, _) => format!("{}?page={number}", self.url()),
            (_, 0) => format!("{}?show={}", self.url(), part.as_str()),
            _ => format!("{}?show={}&page={number}", self.url(), part.as_str()),
        }
    }

    fn shown_count(&self) -> usize {
        self.upload.lines.iter().filter(|line| self.part.has(line)).count()
    }

    fn previous(&self) -> String {
        if self.number == 0 { String::new() } else { self.page_url(self.part, self.number - 1) }
    }

    fn next(&self) -> String {
        let has_more = self.shown_count() > (self.number + 1) * PAGE_SIZE;
        if has_more { self.page_url(self.part, self.number + 1) } else { String::new() }
    }

    fn range(&self) -> String {
        let count = self.shown_count();
        let from = self.number * PAGE_SIZE;
        let to = count.min(from + PAGE_SIZE);
        self.page.t3(&self.of_value("stock-range"), "from", to.min(from + 1), "to", to, "count", count)
    }

    /// Whether the page has the choices and the button: the first one, where the problems are.
    fn is_deciding(&self) -> bool {
        self.part == Part::All && self.number == 0
    }

    /// How many lines that look wrong are on later pages.
    fn more_warned(&self) -> usize {
        self.warned_count().saturating_sub(PAGE_SIZE)
    }

    fn has_more_warned(&self) -> bool {
        self.more_warned() > 0
    }

    /// How many keys are added if nothing else is chosen; 0 if that is not known.
    fn addable(&self) -> usize {
        let corrected = self.rows.iter().filter(|row| row.corrected.is_some()).count();
        if self.has_more_warned() { 0 } else { self.new_count() + corrected }
    }

    fn has_nothing(&self) -> bool {
        self.new_count() + self.warned_count() == 0
    }

    fn serves_by_default(&self) -> bool {
        settings_of(&self.entitlement.config).is_ok_and(|settings| settings.refill == StockRefill::Auto)
    }

    /// What is known of the batch, with labels.
    fn batch_facts(&self) -> Vec<(String, String)> {
        let (batch, t) = (&self.upload.stored.batch, |key| self.page.localizer.t(key));
        let mut facts = Vec::new();
        facts.extend(batch.supplier.clone().map(|supplier| (t("stock-supplier"), supplier)));
        facts.extend(batch.reference.clone().map(|reference| (t("stock-reference"), reference)));
        facts.extend(batch.received_at.map(|at| (t("stock-received"), self.page.date(at))));
        facts.extend(batch.use_before.map(|at| (t("stock-use-before"), self.page.date(at))));
        facts.extend(batch.note.clone().map(|note| (t("stock-note"), note)));
        facts
    }
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PreviewQuery {
    show: String,
    page: String,
}

/// The upload in the path.
fn upload_id_of(request: &HttpRequest) -> Result<StockUploadId, PageError> {
    let text = request.match_info().get("upload_id").unwrap_or_default();
    StockUploadId::parse_path(text).map_err(|_| PageError::NotFound)
}

/// Shows the lines; once confirmed, how far adding the keys has come.
pub(crate) async fn show(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    query: CheckedQuery<PreviewQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some(mut upload) = find(&staff, &ctx, &id, upload_id_of(&request)?).await? else {
        return Ok(gone(&staff, &id));
    };
    if upload.stored.confirmed_at.is_some() {
        return show_added(&staff, &ctx, upload).await;
    }
    upload.lines.sort_by_key(rank);
    let part = Part::parse(&query.show);
    let last = upload.lines.iter().filter(|line| part.has(line)).count().saturating_sub(1) / PAGE_SIZE;
    let number = query.page.parse().unwrap_or(0).min(last);
    let (entitlement_id, actor) = (id.0.clone(), staff.actor());
    let now = local_now(&ctx);
    let page = staff.page(Nav::Stock);
    let l = page.localizer.clone();
    let read = in_background(&ctx, move |ctx| {
        let shown = upload.lines.iter().filter(|line| part.has(line));
        let shown: Vec<&UploadLine> = shown.skip(number * PAGE_SIZE).take(PAGE_SIZE).collect();
        let rows = rows(&l, &shown, uploads::page(ctx, &upload, &shown, &actor)?);
        let (entitlement, figures) = ctx.db.read(|conn: &mut Conn| {
            let entitlement = entitlements::find(conn, &entitlement_id)?;
            Ok::<_, StorageError>((entitlement, figures::of(conn, &entitlement_id, &now)?))
        })?;
        Ok::<_, StorageError>((upload, rows, entitlement, figures))
    });
    let (upload, rows, entitlement, figures) = read.await??;
    html(StatusCode::OK, &PreviewPage { page, entitlement, figures, upload, rows, part, number })
}

/// The upload, if it is the person's own and not over.
async fn find(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &EntitlementId,
    upload_id: StockUploadId,
) -> Result<Option<Upload>, PageError> {
    let staff_id = staff.id.clone();
    match in_background(ctx, move |ctx| uploads::find(ctx, &upload_id, &staff_id)).await? {
        Ok(upload) => Ok(Some(upload).filter(|upload| upload.stored.entitlement_id == *id)),
        Err(StorageError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn gone(staff: &SignedInStaff, id: &EntitlementId) -> HttpResponse {
    staff.see_other(&urls::stock_import(id), Flash::warn("stock-import-gone"))
}

/// Confirms the lines with what was chosen for those that look wrong. Confirming twice adds them once.
pub(crate) async fn confirm(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let upload_id = upload_id_of(&request)?;
    if find(&staff, &ctx, &id, upload_id.clone()).await?.is_none() {
        return Ok(gone(&staff, &id));
    }
    let fields = form.fields;
    let decisions: HashMap<usize, Decision> = fields
        .names()
        .filter_map(|name| Some((name.strip_prefix("line_")?.parse().ok()?, decision(fields.get(name))?)))
        .collect();
    let command = ConfirmUpload {
        id: upload_id.clone(),
        staff_id: staff.id.clone(),
        decisions,
        otherwise: decision(fields.get("others")).unwrap_or(Decision::Corrected),
        serve: serve(fields.get("serve"), fields.get("serve_offered")),
        actor: staff.actor(),
    };
    match in_background(&ctx, move |ctx| uploads::confirm(ctx, &command)).await? {
        Ok(_) => Ok(see_other(&urls::stock_upload(&id, &upload_id))),
        Err(StockError::NotFound) => Ok(gone(&staff, &id)),
        Err(StockError::NothingToAdd(_)) => {
            Ok(staff.see_other(&urls::stock_upload(&id, &upload_id), Flash::warn("stock-confirmed-none")))
        }
        Err(error) => Err(refused(error)),
    }
}

/// What was chosen about serving; a box that is not ticked says something only if it was there.
fn serve(ticked: &str, offered: &str) -> Serve {
    match (ticked.is_empty(), offered.is_empty()) {
        (false, _) => Serve::Yes,
        (true, false) => Serve::No,
        (true, true) => Serve::AsSet,
    }
}

fn decision(text: &str) -> Option<Decision> {
    Some(match text {
        "corrected" => Decision::Corrected,
        "as_it_is" => Decision::AsItIs,
        "skip" => Decision::Skip,
        _ => return None,
    })
}

/// The lines that are skipped, as a CSV file.
pub(crate) async fn skipped(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some(upload) = find(&staff, &ctx, &id, upload_id_of(&request)?).await? else {
        return Ok(gone(&staff, &id));
    };
    let l = staff.localizer();
    let head = [l.t("stock-line"), l.t("stock-key"), l.t("stock-result")];
    let lines = upload.lines.iter().filter(|line| Part::Skipped.has(line));
    let records = lines.map(|line| [line.line.to_string(), harmless(&skipped_text(line)), l.t(result(line.kind))]);
    download_text("skipped.csv", std::iter::once(head).chain(records))
}
