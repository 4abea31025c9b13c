//! Webhook endpoints: admins list, create, change and delete them.

pub(crate) mod csv;
pub(crate) mod deliveries;
pub(crate) mod form;
pub(crate) mod show;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use self::form::{WebhookForm, field_of};
use super::forms::NoFields;
use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::idempotency;
use crate::domain::ids::WebhookEndpointId;
use crate::domain::page::PageStart;
use crate::domain::webhook::{EventType, WebhookEndpoint, is_in_clear};
use crate::http::id::Id;
use crate::outbound::guard::host_of;
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyKey;
use crate::usecases::webhooks::create::create_webhook_endpoint;
use crate::usecases::webhooks::create::{CreateWebhookEndpoint, CreateWebhookEndpointError};
use crate::usecases::webhooks::delete::delete_webhook_endpoint;
use crate::usecases::webhooks::update::{WebhookEndpointChange, update_webhook_endpoint};
use crate::web::layout::badge::Badge;

/// The maximum number listed. An installation has a handful; the API lists more.
const MAX_ENDPOINTS: usize = 200;

#[derive(Template)]
#[template(path = "webhooks/index.html")]
struct WebhooksPage {
    page: PageContext,
    endpoints: Vec<WebhookEndpoint>,
}

impl WebhooksPage {
    fn state(&self, endpoint: &WebhookEndpoint) -> Badge {
        state(&self.page, endpoint)
    }

    fn events(&self, endpoint: &WebhookEndpoint) -> String {
        events(&self.page, endpoint)
    }
}

/// An endpoint's state.
pub(super) fn state(page: &PageContext, endpoint: &WebhookEndpoint) -> Badge {
    let t = |key| page.localizer.t(key);
    if endpoint.switched_off_at.is_some() {
        Badge::failed(t("webhooks-switched-off"))
    } else if endpoint.is_disabled {
        Badge::off(t("webhooks-disabled"))
    } else if endpoint.failing_since.is_some() {
        Badge::warning(t("webhooks-failing"))
    } else {
        Badge::ok(t("webhooks-on"))
    }
}

/// The events that an endpoint receives, in words.
pub(super) fn events(page: &PageContext, endpoint: &WebhookEndpoint) -> String {
    endpoint.filter_types.as_ref().map_or_else(|| page.localizer.t("webhooks-all-events"), |types| types.join(", "))
}

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct WebhookFormPage {
    page: PageContext,
    /// `None` for a new one.
    endpoint: Option<WebhookEndpoint>,
    form: WebhookForm,
    errors: FormErrors,
    /// Whether the endpoint was changed while the person edited it.
    is_outdated: bool,
}

impl WebhookFormPage {
    fn title(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => self.page.t1("webhooks-edit-title", "host", host_of(&endpoint.url)),
            None => self.page.localizer.t("webhooks-new-title"),
        }
    }

    /// Whether the entered URL uses plain HTTP.
    fn is_in_clear(&self) -> bool {
        is_in_clear(&self.form.url)
    }

    fn action(&self) -> String {
        self.endpoint.as_ref().map_or_else(|| urls::WEBHOOKS.to_owned(), |endpoint| urls::webhook(&endpoint.id))
    }

    /// Each event with the name of its checkbox, and whether it is checked.
    fn boxes(&self) -> Vec<(&'static str, &'static str, bool)> {
        EventType::ALL.iter().map(|event| (field_of(*event), event.as_str(), self.form.has(*event))).collect()
    }
}

/// Lists all endpoints, newest first.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let found = in_background(&ctx, |ctx| {
        ctx.db.read(|conn| webhooks::endpoints::list(conn, &PageStart::Start, MAX_ENDPOINTS))
    });
    html(StatusCode::OK, &WebhooksPage { endpoints: found.await??.rows, page: staff.page(Nav::Webhooks) })
}

/// Shows the form for a new endpoint.
pub(crate) async fn new(staff: SignedInStaff) -> Result<HttpResponse, PageError> {
    let form = WebhookForm { idempotency_key: idempotency::fresh_key(), ..WebhookForm::default() };
    show_form(&staff, StatusCode::OK, None, form, FormErrors::new())
}

/// Shows the form filled in with an existing endpoint.
pub(crate) async fn edit(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let endpoint = find(&ctx, &id).await?;
    let form = WebhookForm::of(&endpoint);
    show_form(&staff, StatusCode::OK, Some(endpoint), form, FormErrors::new())
}

/// Creates an endpoint and shows it.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<WebhookForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (typed, l, actor) = (form.into_inner(), staff.localizer().clone(), staff.actor());
    let form = typed.clone();
    let made = in_background(&ctx, move |ctx| {
        let parsed = form.parse(ctx, &l)?;
        let command = CreateWebhookEndpoint {
            idempotency_key: form_key(ctx, &form, actor.id()),
            url: parsed.url,
            description: parsed.description,
            filter_types: parsed.filter_types,
            metadata: "{}".to_owned(),
            is_disabled: parsed.is_disabled,
            actor,
        };
        Ok(create_webhook_endpoint(ctx, &command))
    });
    match made.await? {
        Ok(Ok(id)) => Ok(staff.see_other(&urls::webhook(&id), Flash::ok("webhooks-created"))),
        Ok(Err(CreateWebhookEndpointError::IdempotencyMismatch)) => {
            let form = WebhookForm { idempotency_key: idempotency::fresh_key(), ..typed };
            let errors = FormErrors::one("url", staff.localizer().t("grants-form-changed"));
            show_form(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, form, errors)
        }
        Ok(Err(CreateWebhookEndpointError::Storage(error))) => Err(error.into()),
        Err(errors) => show_form(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, typed, errors),
    }
}

/// The form's idempotency key, with a fingerprint of the form's content.
fn form_key(ctx: &Context, form: &WebhookForm, scope: &str) -> Option<IdempotencyKey> {
    // The pattern has no `..`, so that no field can be forgotten.
    let WebhookForm {
        url,
        description,
        grant_created: _,
        grant_delivered: _,
        grant_failed: _,
        grant_revoked: _,
        license_key_created: _,
        stock_low: _,
        disabled,
        idempotency_key,
        version: _,
    } = form;
    let key = idempotency::parse_key(idempotency_key).ok().flatten()?;
    let events: String = EventType::ALL.iter().map(|event| if form.has(*event) { '1' } else { '0' }).collect();
    let fingerprint = ctx.keyring.fingerprint(&[
        b"create_webhook",
        url.as_bytes(),
        description.as_bytes(),
        events.as_bytes(),
        disabled.as_bytes(),
    ]);
    Some(IdempotencyKey { scope: scope.to_owned(), key, fingerprint })
}

/// Changes an endpoint.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    form: CsrfForm<WebhookForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let endpoint = find(&ctx, &id).await?;
    let (typed, l, actor) = (form.into_inner(), staff.localizer().clone(), staff.actor());
    let (form, endpoint_id) = (typed.clone(), id.0.clone());
    let changed = in_background(&ctx, move |ctx| {
        let parsed = form.parse(ctx, &l)?;
        let change = WebhookEndpointChange {
            url: Some(parsed.url),
            description: Some(parsed.description),
            filter_types: Some(parsed.filter_types),
            metadata: None,
            is_disabled: Some(parsed.is_disabled),
        };
        let change = |present: &WebhookEndpoint| {
            if form.is_older_than(present) { Err(SaveError::ChangedMeanwhile) } else { Ok(change) }
        };
        Ok(update_webhook_endpoint(ctx, &endpoint_id, change, &actor))
    });
    match changed.await? {
        Ok(Ok(())) => Ok(staff.see_other(&urls::webhook(&id), Flash::ok("webhooks-saved"))),
        Ok(Err(SaveError::ChangedMeanwhile)) => {
            let present = find(&ctx, &id).await?;
            let form = WebhookForm { version: WebhookForm::version_of(&present), ..typed };
            let (page, endpoint, errors) = (staff.page(Nav::Webhooks), Some(present), FormErrors::new());
            html(StatusCode::CONFLICT, &WebhookFormPage { page, endpoint, form, errors, is_outdated: true })
        }
        Ok(Err(SaveError::Storage(error))) => Err(error.into()),
        Err(errors) => show_form(&staff, StatusCode::UNPROCESSABLE_ENTITY, Some(endpoint), typed, errors),
    }
}

/// Why a changed endpoint is not saved.
enum SaveError {
    ChangedMeanwhile,
    Storage(StorageError),
}

impl From<StorageError> for SaveError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Deletes an endpoint and cancels its waiting messages.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let host = host_of(&find(&ctx, &id).await?.url);
    let actor = staff.actor();
    in_background(&ctx, move |ctx| delete_webhook_endpoint(ctx, &id, &actor)).await??;
    Ok(staff.see_other(urls::WEBHOOKS, Flash::ok("webhooks-deleted").with("host", host)))
}

pub(super) async fn find(ctx: &Context, id: &WebhookEndpointId) -> Result<WebhookEndpoint, PageError> {
    let id = id.clone();
    Ok(in_background(ctx, move |ctx| ctx.db.read(|conn| webhooks::endpoints::find(conn, &id))).await??)
}

fn show_form(
    staff: &SignedInStaff,
    status: StatusCode,
    endpoint: Option<WebhookEndpoint>,
    form: WebhookForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    html(status, &WebhookFormPage { page: staff.page(Nav::Webhooks), endpoint, form, errors, is_outdated: false })
}
