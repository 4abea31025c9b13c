//! Fulfilling a grant whose customer gets files: a form without a key, with the files, and the e-mail as it would go out.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::Timestamp;

use super::delivered::done;
use super::form::{FulfillmentForm, Input};
use super::page::{self, Holder, locale_name, metadata_pairs};
use super::{FormState, View, is_late, not_awaiting, refuse, refused};
use crate::domain::file::StoredFile;
use crate::domain::grant::DeliverError;
use crate::domain::idempotency;
use crate::domain::ids::GrantId;
use crate::mail::FilesDelivered;
use crate::storage::grants::detail::GrantDetail;
use crate::storage::{StorageError, files};
use crate::usecases::Context;
use crate::usecases::files::shown::GrantFiles;
use crate::usecases::grants::compose_email::compose_files_email;
use crate::usecases::grants::deliver_files::{DeliverFiles, DeliverFilesError, deliver_files};
use crate::usecases::grants::fulfill::FulfilledGrant;
use crate::web::grants::handling::view::paused;
use crate::web::{FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background};

/// The page with the form.
#[derive(Template)]
#[template(path = "grants/fulfillment/files.html")]
struct FilesFulfillmentPage {
    page: PageContext,
    detail: GrantDetail,
    holder: Holder,
    neighbors: (Option<GrantId>, Option<GrantId>),
    form: FulfillmentForm,
    errors: FormErrors,
    files: Vec<StoredFile>,
    preview: FilesDelivered,
    /// Why the database could not save it: a locale key.
    unsaved: Option<&'static str>,
    is_late: bool,
}

impl FilesFulfillmentPage {
    fn note_hint(&self) -> String {
        self.page.named("fulfillment-note-hint", self.preview.language.code())
    }

    fn held_until(&self, until: &Timestamp) -> String {
        self.page.t1("fulfillment-hold-mine", "time", self.page.time(*until))
    }

    fn held_by(&self, name: &str, since: &Timestamp, until: &Timestamp) -> String {
        page::held_by(&self.page, name, *since, *until)
    }

    fn waiting(&self) -> String {
        page::waiting(&self.page, &self.detail)
    }

    fn waited_seconds(&self) -> Option<i64> {
        page::waited_seconds(&self.page, &self.detail)
    }

    fn paused(&self) -> Option<String> {
        paused(&self.page, &self.detail.grant.handling)
    }
}

/// Shows the form.
pub(super) async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    view: View,
    form: FulfillmentForm,
    state: FormState,
) -> Result<HttpResponse, PageError> {
    let View { detail, neighbors, place_in_sale, stock: _, kept: _ } = view;
    let now = ctx.clock.now();
    let id = detail.entitlement.id.clone();
    let files = in_background(ctx, move |ctx| ctx.db.read(|conn| files::of_entitlement(conn, &id))).await??;
    let (Input { customer_note, .. }, _) = form.read(detail.grant.integration_type, staff.localizer(), now);
    let found = GrantFiles {
        grant: detail.grant.clone(),
        customer: detail.customer.clone(),
        entitlement: detail.entitlement.clone(),
        files: files.clone(),
    };
    let mut preview = compose_files_email(ctx, &found, customer_note.as_deref(), place_in_sale);
    // Nothing is delivered yet: the link of the preview leads nowhere.
    "…".clone_into(&mut preview.url);
    let mut page = staff.page(Nav::Grants);
    if state.flash.is_some() {
        page.flash = state.flash;
    }
    let holder = Holder::of(&detail, staff, now);
    let is_late = is_late(ctx, &detail);
    let (errors, unsaved) = (state.errors, state.unsaved);
    html(
        state.status,
        &FilesFulfillmentPage { page, detail, holder, neighbors, form, errors, files, preview, unsaved, is_late },
    )
}

/// Delivers the files, then shows the grant or the next one.
pub(super) async fn create(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: FulfillmentForm,
) -> Result<HttpResponse, PageError> {
    let l = staff.localizer();
    let key = idempotency::parse_key(&form.idempotency_key);
    let (input, mut errors) = form.read(crate::domain::entitlement::IntegrationType::DigitalFiles, l, ctx.clock.now());
    if key.is_err() {
        errors.add("customer_note", l.t("fulfillment-form-broken"));
    }
    let command = DeliverFiles {
        grant_id: id.clone(),
        customer_note: input.customer_note,
        idempotency_key: key.ok().flatten(),
        actor: staff.actor(),
    };
    let is_valid = errors.is_empty();
    let delivered =
        in_background(ctx, move |ctx| if is_valid { deliver_files(ctx, &command).map(Some) } else { Ok(None) });
    match delivered.await? {
        Ok(Some(delivered)) => {
            let fulfilled = FulfilledGrant {
                grant_id: id.clone(),
                license_key_id: None,
                email: delivered.email,
                delivered_at: delivered.delivered_at,
                warnings: Vec::new(),
                is_replay: delivered.is_replay,
                is_on_its_way: false,
                waits_until: delivered.waits_until,
            };
            done(staff, ctx, &fulfilled, &form).await
        }
        Ok(None) => refuse(staff, ctx, id, form, FormState { errors, ..refused() }).await,
        Err(DeliverFilesError::GrantNotFound) => Err(PageError::NotFound),
        Err(DeliverFilesError::NotPending | DeliverFilesError::NotFiles) => {
            let view = super::load(ctx, id).await?;
            not_awaiting(staff, ctx, DeliverError::NotPending, view.detail, None).await
        }
        Err(DeliverFilesError::NoFiles) => {
            let errors = FormErrors::one("customer_note", l.t("fulfillment-no-files"));
            refuse(staff, ctx, id, form, FormState { errors, ..refused() }).await
        }
        Err(DeliverFilesError::IdempotencyMismatch) => {
            let errors = FormErrors::one("customer_note", l.t("fulfillment-form-changed"));
            let form = FulfillmentForm { idempotency_key: String::new(), ..form };
            refuse(staff, ctx, id, form, FormState { errors, ..refused() }).await
        }
        Err(DeliverFilesError::Undone) => Err(PageError::Conflict { sentence: "undo-form-spent" }),
        Err(DeliverFilesError::Storage(error @ (StorageError::Busy(_) | StorageError::Unwritable(_)))) => {
            tracing::warn!(%error, "a fulfillment could not be saved");
            let is_busy = matches!(error, StorageError::Busy(_));
            let unsaved = Some(if is_busy { "fulfillment-busy" } else { "fulfillment-unwritable" });
            let state = FormState { unsaved, status: StatusCode::SERVICE_UNAVAILABLE, ..FormState::default() };
            let view = super::load(ctx, id).await?;
            show(staff, ctx, view, form, state).await
        }
        Err(DeliverFilesError::Storage(error)) => Err(error.into()),
    }
}
