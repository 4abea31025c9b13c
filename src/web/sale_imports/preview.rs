//! What each line of a file becomes, before anything is imported; once confirmed, how far it has come.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::lines::LineRow;
use super::result::show_result;
use super::view::{Choice, NAV, ReadingChoices, layout_name, said};
use crate::domain::ids::{EntitlementId, SaleImportId};
use crate::domain::job::Job;
use crate::domain::sale::import::{ImportCounts, LineKind};
use crate::http::Id;
use crate::import::preview as reading;
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::storage::sales::imports::StoredImport;
use crate::usecases::Context;
use crate::usecases::catalog::map_product_word::{map_product_word, parse_word};
use crate::usecases::sales::imports::confirm::{ConfirmImport, Confirmation, confirm as confirm_import};
use crate::usecases::sales::imports::kept;
use crate::usecases::sales::imports::reading::{UnknownProduct, in_order};
use crate::web::{
    CheckedQuery, CsrfFields, Flash, PageContext, PageError, SignedInStaff, html, in_background, see_other, urls,
};

/// Lines on a page.
const PAGE_SIZE: usize = 100;

/// The value that says that a product needs no key.
const NO_KEY: &str = "none";

/// A product that nobody has mapped, with its choice.
struct ProductRow {
    field: String,
    product: UnknownProduct,
    choices: Vec<Choice>,
}

impl ProductRow {
    fn label(&self, page: &PageContext) -> String {
        let UnknownProduct { word, name, lines } = &self.product;
        if name.is_empty() {
            page.t2("imports-product", "word", word, "lines", *lines)
        } else {
            page.t3("imports-product-named", "word", word, "name", name, "lines", *lines)
        }
    }
}

/// A tab above the lines.
struct Tab {
    url: String,
    label: String,
    count: u64,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "sale_imports/preview.html")]
struct PreviewPage {
    page: PageContext,
    import: StoredImport,
    layout: String,
    rows: Vec<LineRow>,
    products: Vec<ProductRow>,
    reading: ReadingChoices,
    /// `None` for all lines.
    shown: Option<LineKind>,
    /// The page's number, from 0.
    number: usize,
    count: usize,
}

impl PreviewPage {
    fn url(&self) -> String {
        urls::sale_import(&self.import.id)
    }

    fn title(&self) -> String {
        self.page.t1("imports-preview-title", "count", self.import.counts.lines())
    }

    fn counts(&self) -> &ImportCounts {
        &self.import.counts
    }

    fn new_count(&self) -> u64 {
        self.counts().of(LineKind::New)
    }

    fn known_count(&self) -> u64 {
        self.counts().of(LineKind::Known)
    }

    fn new_note(&self) -> String {
        let counts = self.counts();
        let (grants, customers) = (counts.get(ImportCounts::GRANTS), counts.get(ImportCounts::CUSTOMERS));
        self.page.t2("imports-new-note", "grants", grants, "customers", customers)
    }

    /// How many lines of which kinds, of those that are not imported.
    fn kinds_note(&self, is_shown: fn(LineKind) -> bool) -> String {
        let kinds = LineKind::ALL.iter().filter(|kind| is_shown(**kind) && self.counts().of(**kind) > 0);
        let words = kinds
            .map(|kind| self.page.t1(&format!("imports-count-{}", kind.as_str()), "count", self.counts().of(*kind)));
        words.collect::<Vec<_>>().join(", ")
    }

    fn skipped_note(&self) -> String {
        self.kinds_note(LineKind::is_skipped)
    }

    fn refused_note(&self) -> String {
        self.kinds_note(LineKind::is_refused)
    }

    fn file_url(&self, which: &str) -> String {
        urls::sale_import_file(&self.import.id, which)
    }

    fn tabs(&self) -> Vec<Tab> {
        let all = Tab {
            url: self.page_url(None, 0),
            label: self.page.localizer.t("imports-problems-first"),
            count: self.counts().lines(),
            is_current: self.shown.is_none(),
        };
        let tab = |kind: &LineKind| Tab {
            url: self.page_url(Some(*kind), 0),
            label: self.page.named("imports-kind", kind.as_str()),
            count: self.counts().of(*kind),
            is_current: self.shown == Some(*kind),
        };
        let kinds = LineKind::ALL.iter().rev().filter(|kind| self.counts().of(**kind) > 0).map(tab);
        std::iter::once(all).chain(kinds).collect()
    }

    fn page_url(&self, kind: Option<LineKind>, number: usize) -> String {
        let mut pairs = Vec::new();
        pairs.extend(kind.map(|kind| ("show", kind.as_str().to_owned())));
        pairs.extend((number > 0).then(|| ("page", number.to_string())));
        urls::with_query(&self.url(), &pairs)
    }

    fn previous(&self) -> String {
        if self.number == 0 { String::new() } else { self.page_url(self.shown, self.number - 1) }
    }

    fn next(&self) -> String {
        let has_more = self.count > (self.number + 1) * PAGE_SIZE;
        if has_more { self.page_url(self.shown, self.number + 1) } else { String::new() }
    }

    fn range(&self) -> String {
        let from = self.number * PAGE_SIZE;
        let to = self.count.min(from + PAGE_SIZE);
        self.page.t3("imports-range", "from", to.min(from + 1), "to", to, "count", self.count)
    }

    fn expires_at(&self) -> Timestamp {
        self.import.expires_at
    }

    fn has_sales(&self) -> bool {
        self.new_count() + self.known_count() > 0
    }

    fn import_text(&self) -> String {
        if self.new_count() > 0 {
            self.page.t1("imports-confirm", "count", self.new_count())
        } else {
            self.page.localizer.t("imports-confirm-known")
        }
    }

    fn is_by_hand(&self) -> bool {
        self.import.layout != reading::JSON_LINES
    }
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PreviewQuery {
    show: String,
    page: String,
}

/// The import; `None` if it is another person's that was not confirmed, or is over.
pub(super) async fn find(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &SaleImportId,
) -> Result<Option<(StoredImport, Option<Job>)>, PageError> {
    let (id, staff_id) = (id.clone(), staff.id.clone());
    match in_background(ctx, move |ctx| kept::find(ctx, &id, &staff_id)).await? {
        Ok(found) => Ok(Some(found)),
        Err(StorageError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn gone(staff: &SignedInStaff) -> HttpResponse {
    staff.see_other(urls::SALE_IMPORTS, Flash::warn("imports-gone"))
}

/// Shows the lines; once confirmed, how far the import has come.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    query: CheckedQuery<PreviewQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some((import, job)) = find(&staff, &ctx, &id).await? else { return Ok(gone(&staff)) };
    if import.confirmed_at.is_some() {
        return show_result(&staff, &ctx, import, job).await;
    }
    if import.layout.is_empty() {
        return Ok(see_other(&urls::sale_import_map(&id)));
    }
    let shown = LineKind::parse(&query.show);
    let places = in_order(&import, |kind| shown.is_none_or(|shown| shown == kind));
    let count = places.len();
    let number = query.page.parse().unwrap_or(0).min(count.saturating_sub(1) / PAGE_SIZE);
    let here: Vec<usize> = places.into_iter().skip(number * PAGE_SIZE).take(PAGE_SIZE).collect();
    let again = import.clone();
    let read = in_background(&ctx, move |ctx| {
        let lines = kept::lines(ctx, &again, &here)?;
        Ok::<_, StorageError>((lines, ctx.db.read(entitlements::list)?, kept::settings(ctx, &again)?))
    });
    let (lines, entitlements, settings) = read.await??;
    let names: HashMap<String, String> =
        entitlements.iter().map(|known| (known.id.to_string(), known.name.clone())).collect();
    let page = staff.page(NAV);
    let l = &page.localizer;
    let rows = lines.iter().map(|line| LineRow::of(l, line, &names)).collect();
    let products = settings.unknown.iter().map(|product| {
        let mut choices = vec![Choice::new("", l.t("imports-product-later"), "")];
        let active = entitlements.iter().filter(|known| known.is_active);
        choices.extend(active.map(|known| Choice::new(known.id.as_str(), &known.name, "")));
        choices.push(Choice::new(NO_KEY, l.t("imports-product-none"), ""));
        ProductRow { field: format!("product_{}", product.word), product: product.clone(), choices }
    });
    let products = products.collect();
    let reading = ReadingChoices::of(l, &settings, &settings.zone);
    let layout = layout_name(l, &import);
    html(StatusCode::OK, &PreviewPage { page, import, layout, rows, products, reading, shown, number, count })
}

/// Remembers what the products are, and reads the file again.
pub(crate) async fn check(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some((import, _)) = find(&staff, &ctx, &id).await? else { return Ok(gone(&staff)) };
    if import.confirmed_at.is_some() {
        return Ok(see_other(&urls::sale_import(&id)));
    }
    let (fields, actor) = (form.fields, staff.actor());
    let read = in_background(&ctx, move |ctx| {
        let known = ctx.db.read(entitlements::list).map_err(reading::storage)?;
        let settings = kept::settings(ctx, &import).map_err(reading::storage)?;
        for product in &settings.unknown {
            let chosen = fields.get(&format!("product_{}", product.word));
            let Ok(word) = parse_word(&product.word) else { continue };
            let id = EntitlementId::parse(chosen).ok();
            let found = known.iter().find(|known| known.is_active && id.as_ref() == Some(&known.id));
            if chosen == NO_KEY || found.is_some() {
                map_product_word(ctx, &word, found, &actor).map_err(reading::storage)?;
            }
        }
        reading::read_again(ctx, &import, settings)
    });
    match read.await? {
        Ok(_) => Ok(see_other(&urls::sale_import(&id))),
        Err(error) => {
            let flash = Flash::warn("imports-cannot-read").with("why", said(error)?);
            Ok(staff.see_other(&urls::sale_import(&id), flash))
        }
    }
}

/// Starts the import of the lines as they were shown. Confirming twice imports them once.
pub(crate) async fn confirm(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let command = ConfirmImport {
        id: id.0.clone(),
        staff_id: staff.id.clone(),
        version: form.fields.get("version").parse().ok(),
        actor: staff.actor(),
    };
    let url = urls::sale_import(&id);
    match in_background(&ctx, move |ctx| confirm_import(ctx, &command)).await? {
        Ok(Confirmation::Started | Confirmation::Replay) => Ok(see_other(&url)),
        Ok(Confirmation::ReadAgain) => Ok(staff.see_other(&url, Flash::warn("imports-read-again"))),
        Ok(Confirmation::Nothing) => Ok(staff.see_other(&url, Flash::warn("imports-nothing"))),
        Err(StorageError::NotFound) => Ok(gone(&staff)),
        Err(error) => Err(error.into()),
    }
}
