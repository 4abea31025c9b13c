//! License keys: the list of them, and the page of one: its limits and devices, disabling and enabling it.

pub(crate) mod csv;
pub(crate) mod form;
pub(crate) mod index;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use self::form::LicenseKeyForm;
use super::customers::erasures::name_erased;
use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::customer::note::NoteText;
use crate::domain::ids::{GrantId, LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::LicenseKeySummary;
use crate::domain::staff::Role;
use crate::domain::text;
use crate::http::id::{Id, PathId};
use crate::storage::license_keys;
use crate::storage::license_keys::detail::LicenseKeyDetail;
use crate::usecases::Context;
use crate::usecases::license_keys::deactivate_instance::deactivate_license_key_instance;
use crate::usecases::license_keys::update::{LicenseKeyChange, UpdateLicenseKeyError, update_license_key};
use crate::web::layout::badge::Badge;
use crate::web::stock::view::batch_name;

#[derive(Template)]
#[template(path = "license_keys/show.html")]
struct LicenseKeyPage {
    page: PageContext,
    record: LicenseKeyDetail,
    key: LicenseKeySummary,
    form: LicenseKeyForm,
    errors: FormErrors,
    /// Why the requested action is not possible.
    refusal: Option<String>,
    /// Why the key is to be disabled, as entered.
    reason: String,
}

impl LicenseKeyPage {
    fn status(&self) -> Badge {
        Badge::of_key(&self.page, self.key.status(self.page.now))
    }

    fn is_revoked(&self) -> bool {
        self.record.is_grant_revoked
    }

    fn revoked_hint(&self) -> &'static str {
        if self.key.stays_disabled { "key-revoked-hint-disabled" } else { "key-revoked-hint" }
    }

    fn hidden(&self) -> String {
        if self.key.last_four.is_empty() {
            self.page.localizer.t("grants-key-hidden")
        } else {
            self.page.t1("grants-key-hidden-ends", "end", &self.key.last_four)
        }
    }

    fn activations(&self) -> String {
        let used = self.page.number(self.key.activations_used);
        match self.key.activations_limit {
            Some(limit) => self.page.t2("of-count", "count", used, "total", self.page.number(limit)),
            None => self.page.t1("grants-key-unlimited", "count", used),
        }
    }

    fn expires_hint(&self) -> String {
        let default = self.page.t("key-expires-hint");
        format!("{default} {}", self.page.t1("form-date-hint", "zone", self.page.zone_label()))
    }
}

/// Shows a license key. Its value stays masked; it is revealed on the grant's page.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<LicenseKeyId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &load(&staff, &ctx, &id).await?)
}

/// Changes the limit and the expiry.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<LicenseKeyId>,
    form: CsrfForm<LicenseKeyForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let mut view = load(&staff, &ctx, &id).await?;
    let parsed = form.parse(&view.key, staff.localizer(), ctx.clock.now());
    let mut change = match parsed {
        Ok(change) => change,
        Err(errors) => {
            let view = LicenseKeyPage { form, errors, ..view };
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    if view.record.key.subscription_id.is_some() {
        // The form has no such field.
        change.expires_at = None;
    }
    let (key_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| update_license_key(ctx, &key_id, &change, &actor)).await? {
        Ok(()) => {
            let end = load(&staff, &ctx, &id).await.map(|view| view.page.end_sentence(&view.key))?;
            Ok(staff.see_other(&urls::license_key(&id), Flash::ok("key-saved").with("end", end)))
        }
        Err(UpdateLicenseKeyError::ChangedMeanwhile) => {
            // The form keeps what was typed, and shows the present values beside it.
            let view = load(&staff, &ctx, &id).await?;
            let form = LicenseKeyForm { version: view.key.version(), ..form };
            let refusal = Some(staff.localizer().t("key-changed-meanwhile"));
            html(StatusCode::CONFLICT, &LicenseKeyPage { form, refusal, ..view })
        }
        Err(UpdateLicenseKeyError::LimitBelowUse { used }) => {
            let message = staff.localizer().t1("key-limit-below-use", "count", used);
            view.errors = FormErrors::one("activations_limit", message);
            view.form = form;
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => refused(view, &staff, error),
    }
}

/// The requested status.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StatusForm {
    /// `active` or `disabled`.
    status: String,
    /// Why the key is disabled; optional.
    reason: String,
}

/// Disables or enables the key.
pub(crate) async fn set_status(
    staff: SignedInStaff,
    id: Id<LicenseKeyId>,
    form: CsrfForm<StatusForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let is_disabled = match form.status.as_str() {
        "disabled" => true,
        "active" => false,
        _ => return Err(PageError::malformed()),
    };
    let Ok(note) = text::optional(&form.reason, NoteText::parse) else {
        let mut view = load(&staff, &ctx, &id).await?;
        view.errors = FormErrors::one("reason", staff.localizer().t("key-reason-wrong"));
        view.reason = form.into_inner().reason;
        return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    let change = LicenseKeyChange { is_disabled: Some(is_disabled), note, ..LicenseKeyChange::default() };
    let (key_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| update_license_key(ctx, &key_id, &change, &actor)).await? {
        Ok(()) => {
            let is_revoked = load(&staff, &ctx, &id).await?.is_revoked();
            let flash = Flash::ok(match (is_disabled, is_revoked) {
                (true, false) => "key-disabled",
                (true, true) => "key-disabled-revoked",
                (false, _) => "key-enabled",
            });
            let flash = if is_disabled && !is_revoked {
                flash.with_undo_by(urls::license_key_status(&id), "status", "active")
            } else {
                flash
            };
            Ok(staff.see_other(&urls::license_key(&id), flash))
        }
        Err(error) => refused(load(&staff, &ctx, &id).await?, &staff, error),
    }
}

/// Where to return to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeactivationForm {
    /// The grant whose page has the button.
    grant_id: String,
}

/// Releases a device's activation.
pub(crate) async fn deactivate(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<LicenseKeyId>,
    form: CsrfForm<DeactivationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let text = request.match_info().get("instance_id").unwrap_or_default();
    let instance_id = LicenseKeyInstanceId::parse_path(text).map_err(|_| PageError::NotFound)?;
    load(&staff, &ctx, &id).await?;
    let (key_id, actor) = (id.0.clone(), staff.actor());
    let is_done =
        in_background(&ctx, move |ctx| deactivate_license_key_instance(ctx, &key_id, &instance_id, &actor)).await??;
    let flash = if is_done { Flash::ok("key-deactivated") } else { Flash::warn("key-deactivated-already") };
    let back = GrantId::parse(&form.grant_id).map_or_else(|_| urls::license_key(&id), |id| urls::grant(&id));
    Ok(staff.see_other(&back, flash))
}

fn refused(
    view: LicenseKeyPage,
    staff: &SignedInStaff,
    error: UpdateLicenseKeyError,
) -> Result<HttpResponse, PageError> {
    let sentence = match error {
        UpdateLicenseKeyError::KeyNotFound => return Err(PageError::NotFound),
        UpdateLicenseKeyError::NeedsAdmin => return Err(PageError::Forbidden { needs: Role::Admin }),
        UpdateLicenseKeyError::Storage(error) => return Err(error.into()),
        UpdateLicenseKeyError::Erased => "erasure-done-conflict",
        UpdateLicenseKeyError::ChangedMeanwhile => "key-changed-meanwhile",
        UpdateLicenseKeyError::ExpiryOfSubscription => "key-expiry-of-subscription",
        UpdateLicenseKeyError::GrantRevoked | UpdateLicenseKeyError::LimitBelowUse { .. } => "key-revoked-hint",
    };
    let view = LicenseKeyPage { refusal: Some(staff.localizer().t(sentence)), ..view };
    html(StatusCode::CONFLICT, &view)
}

async fn load(staff: &SignedInStaff, ctx: &Context, id: &LicenseKeyId) -> Result<LicenseKeyPage, PageError> {
    let id = id.clone();
    let mut record = in_background(ctx, move |ctx| ctx.db.read(|conn| license_keys::detail::find(conn, &id))).await??;
    name_erased(staff.localizer(), &record.customer_email, &mut record.customer_name);
    let key = record.key.summary.clone();
    let form = LicenseKeyForm::of(&key, staff.localizer());
    Ok(LicenseKeyPage {
        page: staff.page(Nav::Grants),
        record,
        key,
        form,
        errors: FormErrors::new(),
        refusal: None,
        reason: String::new(),
    })
}
