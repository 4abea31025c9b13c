//! Importing keys: the form with pasted keys or a file, and what is known of the batch.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use super::view::{refusal, refused};
use crate::domain::clock::local_time::parse_date;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::stock::{NewBatch, StockFigures, settings_of};
use crate::domain::text;
use crate::http::Id;
use crate::http::body::Fields;
use crate::i18n::Localizer;
use crate::import::key_list::{self, KeyListError};
use crate::storage::catalog::entitlements;
use crate::storage::stock::{batches, figures};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::stock::alerts::local_now;
use crate::usecases::stock::check::Candidate;
use crate::usecases::stock::uploads::{self, StoreUpload};
use crate::web::forms::end;
use crate::web::{CsrfFields, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, see_other, urls};

/// The fields as submitted, without the file. Deliberately without `Debug`, because keys must not be printed.
#[derive(Clone, Default)]
struct ImportForm {
    keys: String,
    column: String,
    supplier: String,
    reference: String,
    received_at: String,
    use_before: String,
    note: String,
}

impl ImportForm {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            keys: text("keys"),
            column: text("column"),
            supplier: text("supplier"),
            reference: text("reference"),
            received_at: text("received_at"),
            use_before: text("use_before"),
            note: text("note"),
        }
    }

    /// What is known of the batch, as far as it is valid.
    fn batch(&self, l: &Localizer, now: Timestamp, errors: &mut FormErrors) -> NewBatch {
        let mut line = |field: &str, text: &str, wrong: &str| {
            text::optional(text, |text| text::line(text, NewBatch::MAX_LINE))
                .map_err(|_| errors.add(field, l.t(wrong)))
                .unwrap_or_default()
        };
        let supplier = line("supplier", &self.supplier, "stock-supplier-wrong");
        let reference = line("reference", &self.reference, "stock-reference-wrong");
        let note = text::optional(&self.note, |note| text::block(note, NewBatch::MAX_NOTE))
            .map_err(|_| errors.add("note", l.t("stock-note-wrong")))
            .unwrap_or_default();
        let received_at = day("received_at", &self.received_at, l, errors);
        if received_at.is_some_and(|at| at > now) {
            errors.add("received_at", l.t("stock-received-future"));
        }
        let use_before = day("use_before", &self.use_before, l, errors);
        if use_before.is_some_and(|at| at <= now) {
            errors.add("use_before", l.t("form-date-past"));
        }
        NewBatch { supplier, reference, note, received_at, use_before }
    }
}

/// The beginning of a day in the person's time zone; `None` if the field is empty or wrong.
fn day(field: &str, text: &str, l: &Localizer, errors: &mut FormErrors) -> Option<Timestamp> {
    let start = |day: Date| day.to_zoned(l.time_zone.clone()).map(|start| start.timestamp()).ok();
    let day = text::optional(text, parse_date).map_err(|error| errors.add(field, l.t(end::message(error))));
    day.ok().flatten().and_then(start)
}

#[derive(Template)]
#[template(path = "stock/import.html")]
struct ImportPage {
    page: PageContext,
    entitlement: Entitlement,
    figures: StockFigures,
    /// The suppliers of earlier batches.
    suppliers: Vec<String>,
    /// The columns to choose from, if it is not clear which one has the keys: values and labels.
    columns: Vec<(String, String)>,
    form: ImportForm,
    errors: FormErrors,
}

impl ImportPage {
    fn is_link(&self) -> bool {
        self.entitlement.config.delivers().is_link()
    }

    fn paste_hint(&self) -> String {
        match self.entitlement.config.license_key().and_then(|settings| settings.key_pattern.as_ref()) {
            Some(pattern) => self.page.t1("stock-paste-hint-pattern", "pattern", pattern.in_one_line()),
            None => self.page.localizer.t("stock-paste-hint"),
        }
    }
}

/// What the form's page is made from.
struct View {
    entitlement: Entitlement,
    figures: StockFigures,
    suppliers: Vec<String>,
}

async fn load(ctx: &Context, id: &EntitlementId) -> Result<View, PageError> {
    let (id, now) = (id.clone(), local_now(ctx));
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let entitlement = entitlements::find(conn, &id)?;
            let figures = figures::of(conn, &id, &now)?;
            let mut suppliers = Vec::new();
            for supplier in batches::of_entitlement(conn, &id)?.into_iter().filter_map(|line| line.batch.supplier) {
                if !suppliers.contains(&supplier) {
                    suppliers.push(supplier);
                }
            }
            Ok::<_, StorageError>(View { entitlement, figures, suppliers })
        })
    });
    let view = read.await??;
    if let Err(error) = settings_of(&view.entitlement.config) {
        return Err(PageError::Conflict { sentence: refusal(error) });
    }
    if !view.entitlement.is_active {
        return Err(PageError::Conflict { sentence: "stock-refused-inactive" });
    }
    Ok(view)
}

/// Shows the form, with the supplier of the last batch.
pub(crate) async fn new(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    let supplier = view.suppliers.first().cloned().unwrap_or_default();
    let form = ImportForm { supplier, ..ImportForm::default() };
    show(&staff, StatusCode::OK, view, form, Vec::new(), FormErrors::new())
}

/// Reads the list and keeps it, sealed, until it is confirmed; then shows it line by line.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    let (l, now) = (staff.localizer().clone(), ctx.clock.now());
    let (typed, file) = (ImportForm::of(&form.fields), form.file);
    let mut errors = FormErrors::new();
    let batch = typed.batch(&l, now, &mut errors);
    match (typed.keys.trim().is_empty(), &file) {
        (true, None) => errors.add("keys", l.t("stock-no-source")),
        (false, Some(_)) => errors.add("keys", l.t("stock-two-sources")),
        _ => {}
    }
    if !errors.is_empty() {
        return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, view, typed, Vec::new(), errors);
    }
    let field = if file.is_some() { "file" } else { "keys" };
    let (entitlement_id, staff_id, actor, form) = (id.0.clone(), staff.id.clone(), staff.actor(), typed.clone());
    let stored = in_background(&ctx, move |ctx| {
        let column = Some(form.column.trim()).filter(|column| !column.is_empty());
        let list = match &file {
            Some(file) => key_list::read(file.content.to_vec(), Some(&file.name), column)?,
            None => key_list::read(form.keys.clone().into_bytes(), None, column)?,
        };
        let candidates = list.keys.into_iter().map(|key| Candidate { line: key.line, text: key.text }).collect();
        let upload = StoreUpload { staff_id, entitlement_id, batch, candidates, actor };
        Ok::<_, KeyListError>(uploads::store(ctx, upload))
    });
    match stored.await? {
        Ok(stored) => Ok(see_other(&urls::stock_upload(&id, &stored.map_err(refused)?))),
        Err(error) => {
            let columns = match &error {
                KeyListError::WhichColumn(columns) => columns
                    .iter()
                    .map(|column| {
                        let samples = column.samples.join(", ");
                        let label = l.t2("stock-column-sample", "name", &column.name, "sample", samples);
                        (column.name.clone(), label)
                    })
                    .collect(),
                _ => Vec::new(),
            };
            let field = match &error {
                KeyListError::WhichColumn(_) | KeyListError::NoSuchColumn { .. } => "column",
                _ => field,
            };
            let errors = FormErrors::one(field, error.message(&l));
            show(&staff, StatusCode::UNPROCESSABLE_ENTITY, view, typed, columns, errors)
        }
    }
}

fn show(
    staff: &SignedInStaff,
    status: StatusCode,
    view: View,
    form: ImportForm,
    columns: Vec<(String, String)>,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let View { entitlement, figures, suppliers } = view;
    html(status, &ImportPage { page: staff.page(Nav::Stock), entitlement, figures, suppliers, columns, form, errors })
}
