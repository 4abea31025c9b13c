//! Saying what the columns of a file are: each with its first values and a choice of fields. They can be remembered by
//! the names of the columns.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::preview::{find, gone};
use super::view::{Choice, NAV, ReadingChoices, said, with_choices};
use crate::domain::ids::{MappingId, SaleImportId};
use crate::domain::sale::import::Mapping;
use crate::domain::text;
use crate::http::Id;
use crate::http::body::Fields;
use crate::i18n::Localizer;
use crate::import::ImportError;
use crate::import::mapping::{FIELDS, guess, headers};
use crate::import::preview::{self, Columns, Read};
use crate::storage::sales::imports::StoredImport;
use crate::usecases::Context;
use crate::usecases::sales::imports::kept;
use crate::usecases::sales::imports::mappings::remember;
use crate::usecases::sales::imports::reading::Settings;
use crate::web::{
    CsrfFields, Flash, FormErrors, PageContext, PageError, SignedInStaff, html, in_background, see_other, urls,
};

/// The longest name of a mapping, in characters.
const MAX_NAME: usize = 60;

/// More columns are not shown; they are left out.
const MAX_COLUMNS: usize = 150;

/// A column as the page shows it.
struct ColumnRow {
    /// Its letter, as spreadsheets have them.
    letter: String,
    name: String,
    samples: Vec<String>,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "sale_imports/map.html")]
struct MapPage {
    page: PageContext,
    import: StoredImport,
    columns: Vec<ColumnRow>,
    reading: ReadingChoices,
    mapping_name: String,
    errors: FormErrors,
}

impl MapPage {
    fn url(&self) -> String {
        urls::sale_import(&self.import.id)
    }
}

/// Shows the columns.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some(import) = waiting(&staff, &ctx, &id).await? else { return Ok(gone(&staff)) };
    page(&staff, &ctx, StatusCode::OK, import, None, FormErrors::new()).await
}

/// The import, if it is the person's own and was not confirmed.
async fn waiting(staff: &SignedInStaff, ctx: &Context, id: &SaleImportId) -> Result<Option<StoredImport>, PageError> {
    Ok(find(staff, ctx, id).await?.map(|(import, _)| import).filter(|import| import.confirmed_at.is_none()))
}

pub(super) async fn settings_of(ctx: &Context, import: &StoredImport) -> Result<Settings, PageError> {
    let import = import.clone();
    Ok(in_background(ctx, move |ctx| kept::settings(ctx, &import)).await??)
}

/// Reads the file with what was chosen for its columns; then shows what each line becomes.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some(import) = waiting(&staff, &ctx, &id).await? else { return Ok(gone(&staff)) };
    let (l, fields) = (staff.localizer().clone(), form.fields);
    let before = settings_of(&ctx, &import).await?;
    let (delimiter, sheet, header) = (before.delimiter.clone(), before.sheet.clone(), before.header);
    // The columns that were shown are those of this table.
    let settings = Settings { delimiter, sheet, header, ..with_choices(before, &fields) };
    let chosen = chosen(&fields, settings.names.len());
    let (mut errors, name) = (problems(&l, &chosen), fields.get("mapping_name").trim().to_owned());
    if !name.is_empty() && text::line(&name, MAX_NAME).is_err() {
        errors.add("mapping_name", l.t1("imports-mapping-name-wrong", "max", MAX_NAME));
    }
    if !errors.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(&staff, &ctx, status, import, Some((chosen, name)), errors).await;
    }
    let settings = Settings { fields: Some(chosen.clone()), ..settings };
    let (again, actor, typed) = (import.clone(), staff.actor(), name.clone());
    let read = in_background(&ctx, move |ctx| {
        let names = settings.names.clone();
        let fields = settings.fields.clone().unwrap_or_default();
        let read = preview::read_again(ctx, &again, settings)?;
        if !typed.is_empty() && read == Read::Lines {
            let mapping = Mapping { id: MappingId::random(), name: typed, columns: pairs(&names, &fields) };
            remember(ctx, &mapping, &actor).map_err(|error| ImportError::Storage { line: 1, error })?;
        }
        Ok(read)
    });
    match read.await? {
        Ok(_) => Ok(see_other(&urls::sale_import(&id))),
        Err(error) => {
            let errors = FormErrors::one("columns", said(error)?);
            page(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, import, Some((chosen, name)), errors).await
        }
    }
}

/// Reads the file again with another encoding, delimiter, sheet, header or zone.
pub(crate) async fn read(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Some(import) = waiting(&staff, &ctx, &id).await? else { return Ok(gone(&staff)) };
    let before = settings_of(&ctx, &import).await?;
    let settings = with_choices(before.clone(), &form.fields);
    let is_other_table =
        (&settings.delimiter, &settings.sheet, settings.header) != (&before.delimiter, &before.sheet, before.header);
    // What was said of columns holds for these columns alone.
    let fields = settings.fields.clone().filter(|_| !is_other_table);
    let settings = Settings { fields, ..settings };
    match in_background(&ctx, move |ctx| preview::read_again(ctx, &import, settings)).await? {
        Ok(Read::Lines) => Ok(see_other(&urls::sale_import(&id))),
        Ok(Read::UnknownColumns) => Ok(see_other(&urls::sale_import_map(&id))),
        Err(error) => {
            let flash = Flash::warn("imports-cannot-read").with("why", said(error)?);
            Ok(staff.see_other(&urls::sale_import(&id), flash))
        }
    }
}

/// The names of the columns that have one, with their fields.
fn pairs(names: &[String], fields: &[String]) -> Vec<(String, String)> {
    let pair = |(name, field): (&String, &String)| Some((headers(std::slice::from_ref(name)).pop()?, field.clone()));
    names.iter().zip(fields).filter_map(pair).collect()
}

/// The letter of a column: `A` to `Z`, then `AA`.
fn letter(place: usize) -> String {
    let mut letters = String::new();
    let mut left = place + 1;
    while left > 0 {
        left -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters
}

/// What was chosen for each column; what is no field is left out.
fn chosen(fields: &Fields, count: usize) -> Vec<String> {
    let field = |place: usize| {
        let chosen = fields.get(&format!("column_{}", letter(place)));
        FIELDS.into_iter().find(|field| *field == chosen).unwrap_or_default().to_owned()
    };
    (0..count).map(field).collect()
}

fn problems(l: &Localizer, chosen: &[String]) -> FormErrors {
    let mut errors = FormErrors::new();
    let has = |fields: &[&str]| chosen.iter().any(|field| fields.contains(&field.as_str()));
    let needs = [
        (has(&["external_id", "payment_id", "subscription_id"]), "imports-needs-order"),
        (has(&["customer_email"]), "imports-needs-email"),
        (has(&["product", "sku"]), "imports-needs-product"),
    ];
    for (_, missing) in needs.into_iter().filter(|(is_there, _)| !is_there) {
        errors.add("columns", l.t(missing));
    }
    let once = FIELDS.into_iter().filter(|field| !matches!(*field, "" | "product" | "sku" | "status" | "keep"));
    for field in once.filter(|field| chosen.iter().filter(|chosen| chosen == field).count() > 1) {
        errors.add("columns", l.t1("imports-field-twice", "field", field_name(l, field)));
    }
    errors
}

fn field_name(l: &Localizer, field: &str) -> String {
    if field.is_empty() { l.t("imports-field-none") } else { l.named("imports-field", &field.replace('_', "-")) }
}

async fn page(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    import: StoredImport,
    typed: Option<(Vec<String>, String)>,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let again = import.clone();
    let Columns { names, samples, settings } =
        match in_background(ctx, move |ctx| preview::columns(ctx, &again)).await? {
            Ok(columns) => columns,
            Err(error) => {
                let flash = Flash::warn("imports-cannot-read").with("why", said(error)?);
                return Ok(staff.see_other(urls::SALE_IMPORTS, flash));
            }
        };
    let page = staff.page(NAV);
    let l = &page.localizer;
    let (fields, mapping_name) = match typed {
        Some(typed) => typed,
        None => (settings.fields.clone().unwrap_or_else(|| guess(&names, &samples)), String::new()),
    };
    let rows = names.iter().zip(samples).enumerate().take(MAX_COLUMNS);
    let columns = rows
        .map(|(place, (name, samples))| {
            let chosen = fields.get(place).map_or("", String::as_str);
            let choices = FIELDS.into_iter().map(|field| Choice::new(field, field_name(l, field), chosen)).collect();
            let shown = |text: &String| text.chars().take(60).collect();
            ColumnRow {
                letter: letter(place),
                name: name.clone(),
                samples: samples.iter().map(shown).collect(),
                choices,
            }
        })
        .collect();
    let reading = ReadingChoices::of(l, &settings, &settings.zone);
    html(status, &MapPage { page, import, columns, reading, mapping_name, errors })
}
