//! Entitlements: everyone can read them, admins create and change them.

pub(crate) mod config;
pub(crate) mod csv;
mod fields;
pub(crate) mod files;
pub(crate) mod form;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use self::config::ConfigInput;
use self::files::FilesCard;
use self::form::EntitlementForm;
use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::entitlement::{Entitlement, FulfillmentMode, IntegrationType};
use crate::domain::ids::EntitlementId;
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::Interval;
use crate::domain::license_key::pattern::KeyPattern;
use crate::http::id::Id;
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::usecases::Context;
use crate::usecases::catalog::save_entitlement::{create_entitlement, update_entitlement};

#[derive(Template)]
#[template(path = "entitlements/index.html")]
struct EntitlementsPage {
    page: PageContext,
    entitlements: Vec<Entitlement>,
}

impl EntitlementsPage {
    fn mode(&self, entitlement: &Entitlement) -> String {
        self.page.named("fulfillment-mode", if entitlement.config.is_automatic() { "auto" } else { "manual" })
    }

    fn pattern(&self, entitlement: &Entitlement) -> Option<String> {
        entitlement.config.issue().key_pattern.as_ref().map(KeyPattern::in_one_line)
    }

    /// The fields of other types than license keys, with their labels.
    fn config(&self, entitlement: &Entitlement) -> Vec<(String, String)> {
        let kind = entitlement.config.integration_type();
        let inputs = config::inputs(kind, &config::texts_of(&entitlement.config), &self.page.localizer);
        let shown = inputs.into_iter().filter(|input| input.options.is_empty() && !input.has_lines);
        shown.filter(|input| !input.value.is_empty()).map(|input| (input.label, input.value)).collect()
    }

    fn limit(&self, entitlement: &Entitlement) -> String {
        entitlement.config.license_key().map_or_else(String::new, |settings| match settings.activations_limit {
            Some(limit) => self.page.number(limit.get()),
            None => self.page.localizer.t("entitlements-unlimited"),
        })
    }

    fn validity(&self, entitlement: &Entitlement) -> String {
        if !entitlement.config.delivers().is_value() {
            return String::new();
        }
        match entitlement.config.issue().validity_period {
            Some(period) => {
                let key = format!("interval-count-{}", period.interval.as_str().to_lowercase());
                self.page.t1(&key, "count", period.count)
            }
            None => self.page.localizer.t("entitlements-forever"),
        }
    }
}

#[derive(Template)]
#[template(path = "entitlements/form.html")]
struct EntitlementPage {
    page: PageContext,
    /// `None` for a new one.
    entitlement: Option<Entitlement>,
    form: EntitlementForm,
    errors: FormErrors,
    /// The form with the present values, if they were changed while the person edited them.
    present: Option<EntitlementForm>,
    /// The files that it carries; `None` if it cannot carry any, or does not exist yet.
    files: Option<FilesCard>,
}

impl EntitlementPage {
    /// The present values that differ from the entered ones, with their labels.
    fn differences(&self) -> Vec<(String, String)> {
        let differing = self.present.iter().flat_map(|present| present.differing_from(&self.form));
        let shown = |value: &str| if value.is_empty() { self.page.localizer.t("none") } else { value.to_owned() };
        let state = |form: &EntitlementForm| {
            let key = if form.is_active() == Some(false) { "entitlements-inactive" } else { "entitlements-active" };
            self.page.localizer.t(key)
        };
        let active = self
            .present
            .iter()
            .filter(|present| self.form.is_active().is_some_and(|mine| Some(mine) != present.is_active()));
        let active = active.map(|present| (self.page.localizer.t("entitlements-state"), state(present)));
        differing.map(|(label, value)| (self.page.localizer.t(label), shown(value))).chain(active).collect()
    }

    fn has_errors(&self) -> bool {
        !self.errors.is_empty() || self.files.as_ref().is_some_and(|files| !files.errors.is_empty())
    }

    fn shows_error(&self) -> bool {
        self.has_errors() || self.present.is_some()
    }

    fn title(&self) -> String {
        match &self.entitlement {
            Some(entitlement) => self.page.t1("entitlements-edit-title", "name", &entitlement.name),
            None => self.page.localizer.t("entitlements-new-title"),
        }
    }

    fn action(&self) -> String {
        self.entitlement.as_ref().map_or_else(|| urls::ENTITLEMENTS.to_owned(), |e| urls::entitlement(&e.id))
    }

    /// What the chosen type delivers; nothing is known of a type that does not exist.
    fn delivers(&self) -> Option<Delivers> {
        self.form.kind().map(|kind| rules_of(kind).delivers)
    }

    fn has_key_fields(&self) -> bool {
        self.delivers() == Some(Delivers::Key)
    }

    /// Whether a value is issued: how long it is valid, who may share it, and its stock are fields then.
    fn has_value_fields(&self) -> bool {
        self.delivers().is_some_and(Delivers::is_value)
    }

    fn has_files(&self) -> bool {
        self.delivers() == Some(Delivers::Files)
    }

    /// The fields that the rules of the type name.
    fn config(&self) -> Vec<ConfigInput> {
        let kind = self.form.kind();
        kind.map(|kind| config::inputs(kind, &self.form.config, &self.page.localizer)).unwrap_or_default()
    }

    fn message_label(&self) -> String {
        let key = if self.has_key_fields() { "entitlements-message" } else { "entitlements-link-message" };
        self.page.localizer.t(key)
    }

    /// What becomes of a grant of the type, in words.
    fn what_happens(&self) -> String {
        match self.delivers() {
            Some(Delivers::Link { example, .. }) => self.page.t1("entitlements-link-hint", "example", example),
            Some(Delivers::Files) => self.page.localizer.t("entitlements-files-hint"),
            Some(Delivers::Feature) => self.page.localizer.t("entitlements-feature-hint"),
            Some(Delivers::Key) | None => String::new(),
        }
    }

    fn types(&self) -> Vec<(&'static str, String)> {
        IntegrationType::ALL.iter().map(|kind| (kind.as_str(), self.page.named("integration", kind.as_str()))).collect()
    }

    fn modes(&self) -> Vec<(&'static str, String)> {
        [FulfillmentMode::Manual, FulfillmentMode::Auto]
            .map(|mode| (mode.as_str(), self.page.named("fulfillment-mode", mode.as_str())))
            .to_vec()
    }

    fn intervals(&self) -> Vec<(&'static str, String)> {
        Interval::ALL
            .map(|interval| (interval.as_str(), self.page.named("interval", &interval.as_str().to_lowercase())))
            .to_vec()
    }

    fn is_interval(&self, value: &str) -> bool {
        self.form.duration_interval.trim().eq_ignore_ascii_case(value)
    }
}

/// Lists all entitlements by name.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let entitlements = in_background(&ctx, |ctx| ctx.db.read(entitlements::list)).await??;
    html(StatusCode::OK, &EntitlementsPage { page: staff.page(Nav::Entitlements), entitlements })
}

/// Shows the form for a new entitlement.
pub(crate) async fn new(staff: SignedInStaff) -> Result<HttpResponse, PageError> {
    show(&staff, StatusCode::OK, None, EntitlementForm::fresh(IntegrationType::LicenseKey), FormErrors::new(), None)
}

/// Shows the form filled in with an existing entitlement.
pub(crate) async fn edit(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let entitlement = find(&ctx, &id).await?;
    let files = FilesCard::load(&ctx, &entitlement).await?;
    let form = EntitlementForm::of(&entitlement);
    show(&staff, StatusCode::OK, Some(entitlement), form, FormErrors::new(), files)
}

/// Creates an entitlement, with a product of the same name.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<EntitlementForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if form.then == "fields" && form.kind().is_some() {
        return show(&staff, StatusCode::OK, None, form.into_inner(), FormErrors::new(), None);
    }
    let fields = match form.parse(None, staff.localizer()) {
        Ok(fields) => fields,
        Err(errors) => return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, form.into_inner(), errors, None),
    };
    let flash = Flash::ok("entitlements-created").with("name", &fields.name).with_link(urls::NEW_GRANT, "grants-new");
    let actor = staff.actor();
    in_background(&ctx, move |ctx| create_entitlement(ctx, &fields, &actor)).await??;
    Ok(staff.see_other(urls::ENTITLEMENTS, flash))
}

/// Changes an entitlement.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfForm<EntitlementForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let entitlement = find(&ctx, &id).await?;
    let fields = match form.parse(Some(&entitlement), staff.localizer()) {
        Ok(fields) => fields,
        Err(errors) => {
            let kind = entitlement.config.integration_type().as_str().to_owned();
            let form = EntitlementForm { integration_type: kind, ..form.into_inner() };
            let files = FilesCard::load(&ctx, &entitlement).await?;
            return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, Some(entitlement), form, errors, files);
        }
    };
    let flash = Flash::ok("entitlements-saved").with("name", &fields.name);
    let (entitlement_id, actor) = (id.0.clone(), staff.actor());
    let mut form = form.into_inner();
    let typed = form.clone();
    let updated = in_background(&ctx, move |ctx| {
        let change = |present: &Entitlement| {
            if typed.is_older_than(present) { Err(SaveError::ChangedMeanwhile) } else { Ok(fields) }
        };
        update_entitlement(ctx, &entitlement_id, change, &actor)
    });
    match updated.await? {
        Ok(()) => Ok(staff.see_other(urls::ENTITLEMENTS, flash)),
        Err(SaveError::ChangedMeanwhile) => {
            let entitlement = find(&ctx, &id).await?;
            let files = FilesCard::load(&ctx, &entitlement).await?;
            let present = EntitlementForm::of(&entitlement);
            form.integration_type.clone_from(&present.integration_type);
            form.version.clone_from(&present.version);
            let (page, errors) = (staff.page(Nav::Entitlements), FormErrors::new());
            let (entitlement, present) = (Some(entitlement), Some(present));
            let view = EntitlementPage { page, entitlement, form, errors, present, files };
            html(StatusCode::CONFLICT, &view)
        }
        Err(SaveError::Storage(error)) => Err(error.into()),
    }
}

/// Why a changed entitlement is not saved.
enum SaveError {
    ChangedMeanwhile,
    Storage(StorageError),
}

impl From<StorageError> for SaveError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

async fn find(ctx: &Context, id: &EntitlementId) -> Result<Entitlement, PageError> {
    let id = id.clone();
    Ok(in_background(ctx, move |ctx| ctx.db.read(|conn| entitlements::find_active(conn, &id))).await??)
}

fn show(
    staff: &SignedInStaff,
    status: StatusCode,
    entitlement: Option<Entitlement>,
    form: EntitlementForm,
    errors: FormErrors,
    files: Option<FilesCard>,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Entitlements);
    html(status, &EntitlementPage { page, entitlement, form, errors, present: None, files })
}
