//! The form with a file or pasted lines, and the earlier imports.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::receive::{Received, receive};
use super::view::{Choice, NAV, layout_name, said, zones};
use crate::domain::sale::import::LineKind;
use crate::http::body::Fields;
use crate::i18n::Localizer;
use crate::import::preview::{self, MAX_BYTES, MAX_LINES, Read};
use crate::shops::SHOPS;
use crate::storage::sales::imports::StoredImport;
use crate::storage::sales::{imports, mappings};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::sales::imports::reading::Settings;
use crate::web::forms::CsrfParts;
use crate::web::{FormErrors, PageContext, PageError, SignedInStaff, html, in_background, see_other, urls};

/// An import that was confirmed.
struct Earlier {
    url: String,
    file_name: String,
    layout: String,
    at: Timestamp,
    by: String,
    new: u64,
    left_out: u64,
    /// How many of which kind were left out.
    reasons: String,
    refused_url: Option<String>,
    skipped_url: Option<String>,
}

impl Earlier {
    fn at(&self) -> Timestamp {
        self.at
    }
}

/// The fields as submitted, without the file.
#[derive(Clone, Default)]
struct ImportForm {
    lines: String,
    format: String,
    zone: String,
}

#[derive(Template)]
#[template(path = "sale_imports/index.html")]
struct IndexPage {
    page: PageContext,
    formats: Vec<Choice>,
    zones: Vec<Choice>,
    earlier: Vec<Earlier>,
    form: ImportForm,
    errors: FormErrors,
}

impl IndexPage {
    fn file_hint(&self) -> String {
        self.page.t2("imports-file-hint", "lines", MAX_LINES, "max", MAX_BYTES / 1024 / 1024)
    }
}

/// Shows the form and the earlier imports.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let form = ImportForm { zone: zone_name(&staff, &ctx), ..ImportForm::default() };
    show(&staff, &ctx, StatusCode::OK, form, FormErrors::new()).await
}

/// The zone of the business, or of the person if that one has no name.
fn zone_name(staff: &SignedInStaff, ctx: &Context) -> String {
    let name = |zone: &TimeZone| zone.iana_name().map(str::to_owned);
    name(&ctx.config.time_zone).or_else(|| name(&staff.localizer().time_zone)).unwrap_or_else(|| "UTC".to_owned())
}

/// Keeps the file, sealed, and reads it; then shows what each line becomes, or asks what its columns are.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfParts,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let received = receive(form).await?;
    let l = staff.localizer().clone();
    let form = typed(&received, &staff, &ctx);
    let errors = problems(&l, &received, &form);
    if !errors.is_empty() {
        return show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await;
    }
    let settings = Settings { format: form.format.clone(), zone: form.zone.clone(), ..Settings::default() };
    let (name, field, bytes) = match received.file {
        Some(file) => (file_name(&file.name), "file", file.bytes),
        None => (l.t("imports-pasted"), "lines", received.lines),
    };
    let staff_id = staff.id.clone();
    let read = in_background(&ctx, move |ctx| preview::receive(ctx, &staff_id, &name, bytes, settings));
    match read.await? {
        Ok((id, Read::Lines)) => Ok(see_other(&urls::sale_import(&id))),
        Ok((id, Read::UnknownColumns)) => Ok(see_other(&urls::sale_import_map(&id))),
        Err(error) => {
            let errors = FormErrors::one(field, said(error)?);
            show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
    }
}

fn typed(received: &Received, staff: &SignedInStaff, ctx: &Context) -> ImportForm {
    let fields: &Fields = &received.fields;
    let zone = fields.get("zone").trim();
    ImportForm {
        lines: String::from_utf8_lossy(&received.lines).into_owned(),
        format: fields.get("format").trim().to_owned(),
        zone: if zone.is_empty() { zone_name(staff, ctx) } else { zone.to_owned() },
    }
}

fn problems(l: &Localizer, received: &Received, form: &ImportForm) -> FormErrors {
    let mut errors = FormErrors::new();
    let has_lines = received.lines.iter().any(|byte| !byte.is_ascii_whitespace());
    if received.is_too_large {
        errors.add("file", l.t1("imports-too-large", "max", MAX_BYTES / 1024 / 1024));
    } else {
        match (&received.file, has_lines) {
            (None, false) => errors.add("file", l.t("imports-no-source")),
            (Some(_), true) => errors.add("file", l.t("imports-two-sources")),
            _ => {}
        }
    }
    if TimeZone::get(&form.zone).is_err() {
        errors.add("zone", l.t("imports-zone-unknown"));
    }
    errors
}

/// The name of a file without its path and without characters that could mislead.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    crate::domain::text::line(&shown, 200).unwrap_or_else(|_| "sales".to_owned())
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    form: ImportForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let read = in_background(ctx, |ctx| {
        ctx.db.read(|conn: &mut Conn| Ok::<_, StorageError>((imports::confirmed(conn)?, mappings::list(conn)?)))
    });
    let (confirmed, remembered) = read.await??;
    let page = staff.page(NAV);
    let l = &page.localizer;
    let mut formats = vec![Choice::new("", l.t("imports-format-detect"), &form.format)];
    formats.extend(SHOPS.iter().map(|shop| Choice::new(shop.key, shop.name, &form.format)));
    formats.extend(
        remembered.iter().map(|known| {
            Choice::new(&known.name, l.t1("imports-format-remembered", "name", &known.name), &form.format)
        }),
    );
    formats.push(Choice::new(Settings::BY_HAND, l.t("imports-format-by-hand"), &form.format));
    let may_act = page.may_act();
    let earlier = confirmed.into_iter().map(|(import, by)| earlier(l, import, by, may_act)).collect();
    let zones = zones(&form.zone);
    html(status, &IndexPage { page, formats, zones, earlier, form, errors })
}

fn earlier(l: &Localizer, import: StoredImport, by: String, may_act: bool) -> Earlier {
    let counts = &import.counts;
    let kinds = LineKind::ALL.iter().filter(|kind| **kind != LineKind::New && **kind != LineKind::Done);
    let reasons: Vec<String> = kinds
        .filter(|kind| counts.of(**kind) > 0)
        .map(|kind| l.t1(&format!("imports-count-{}", kind.as_str()), "count", counts.of(*kind)))
        .collect();
    let file = |count: u64, url: String| (count > 0 && may_act).then_some(url);
    Earlier {
        url: urls::sale_import(&import.id),
        layout: layout_name(l, &import),
        at: import.confirmed_at.unwrap_or(import.created_at),
        by,
        new: counts.of(LineKind::New),
        left_out: counts.of(LineKind::Known) + counts.skipped() + counts.refused(),
        reasons: reasons.join(", "),
        refused_url: file(counts.refused(), urls::sale_import_file(&import.id, "refused")),
        skipped_url: file(counts.skipped(), urls::sale_import_file(&import.id, "skipped")),
        file_name: import.file_name,
    }
}
