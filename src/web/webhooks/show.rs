//! The page of a webhook endpoint: its settings, its secret, and its deliveries.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use super::{events, find, state};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::outbox::MessageState;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::webhook::{WebhookEndpoint, WebhookMessage};
use crate::http::id::Id;
use crate::outbound::guard::host_of;
use crate::storage::webhooks;
use crate::usecases::Context;
use crate::usecases::webhooks::secret::{reveal_webhook_secret, rotate_webhook_secret};
use crate::usecases::webhooks::test::test_webhook_endpoint;
use crate::web::forms::NoFields;
use crate::web::layout::badge::Badge;
use crate::web::{CheckedQuery, CsrfForm, Flash, Nav, PageContext, PageError, SignedInStaff, html};
use crate::web::{in_background, urls};

const PAGE_SIZE: usize = 25;

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct WebhookPage {
    page: PageContext,
    endpoint: WebhookEndpoint,
    messages: Page<WebhookMessage>,
    /// The secret in plaintext, in the response to a reveal.
    secret: Option<String>,
    /// `rotate` or `delete`: the confirmation shown on the page instead of in a dialog.
    asked: String,
}

impl WebhookPage {
    fn host(&self) -> String {
        host_of(&self.endpoint.url)
    }

    fn state(&self) -> Badge {
        state(&self.page, &self.endpoint)
    }

    fn events(&self) -> String {
        events(&self.page, &self.endpoint)
    }

    fn outcome(&self, message: &WebhookMessage) -> Badge {
        outcome(&self.page, message)
    }

    fn newer(&self) -> String {
        self.messages.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn older(&self) -> String {
        self.messages.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &str, message: &WebhookMessage) -> String {
        let cursor = Cursor { at: message.created_at, id: message.id.to_string() };
        format!("{}?{side}={}#log", urls::webhook(&self.endpoint.id), cursor.encode())
    }
}

/// A message's state.
pub(in crate::web) fn outcome(page: &PageContext, message: &WebhookMessage) -> Badge {
    let answer = match (message.last_status, &message.last_error) {
        (Some(status), _) => status.to_string(),
        (None, Some(error)) => error.clone(),
        (None, None) => String::new(),
    };
    let words = |key: &str| {
        if answer.is_empty() {
            page.localizer.t(key)
        } else {
            page.t2("webhooks-outcome", "answer", &answer, "state", page.localizer.t(key))
        }
    };
    let retry = |at: Timestamp| {
        page.t2("webhooks-outcome", "answer", &answer, "state", page.t1("webhooks-retry", "time", page.date_time(at)))
    };
    match message.state {
        MessageState::Sent | MessageState::Kept | MessageState::Unknown => Badge::ok(words("webhooks-sent")),
        MessageState::Failed => Badge::failed(words("webhooks-given-up")),
        MessageState::Cancelled => Badge::off(page.localizer.t("webhooks-called-off")),
        MessageState::Sending => Badge::warning(page.localizer.t("webhooks-sending")),
        MessageState::Queued if answer.is_empty() => Badge::warning(page.localizer.t("webhooks-waiting")),
        MessageState::Queued => Badge::failed(retry(message.next_attempt_at)),
    }
}

/// The query of an endpoint's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    after: String,
    before: String,
    act: String,
}

/// Shows an endpoint with its deliveries.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let from = PageStart::of(Cursor::decode(&query.after), Cursor::decode(&query.before));
    let mut view = load(&staff, &ctx, &id, from).await?;
    view.asked.clone_from(&query.act);
    html(StatusCode::OK, &view)
}

/// Shows the secret in the response, and records that in the audit log.
pub(crate) async fn reveal(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (endpoint_id, actor) = (id.0.clone(), staff.actor());
    let secret = in_background(&ctx, move |ctx| reveal_webhook_secret(ctx, &endpoint_id, &actor)).await??;
    let mut view = load(&staff, &ctx, &id, PageStart::Start).await?;
    view.secret = Some(secret);
    html(StatusCode::OK, &view)
}

/// Replaces the secret.
pub(crate) async fn rotate(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (endpoint_id, actor) = (id.0.clone(), staff.actor());
    let until = in_background(&ctx, move |ctx| rotate_webhook_secret(ctx, &endpoint_id, &actor)).await??;
    let flash = Flash::ok("webhooks-rotated").with("time", staff.localizer().date_time(until));
    Ok(staff.see_other(&urls::webhook(&id), flash))
}

/// Sends a test message.
pub(crate) async fn test(
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let endpoint = find(&ctx, &id).await?;
    if endpoint.is_disabled {
        return Ok(staff.see_other(&urls::webhook(&id), Flash::warn("webhooks-test-off")));
    }
    let (endpoint_id, actor) = (id.0.clone(), staff.actor());
    in_background(&ctx, move |ctx| test_webhook_endpoint(ctx, &endpoint_id, &actor)).await??;
    Ok(staff.see_other(&urls::webhook(&id), Flash::ok("webhooks-tested")))
}

async fn load(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &WebhookEndpointId,
    from: PageStart<Cursor>,
) -> Result<WebhookPage, PageError> {
    let endpoint = find(ctx, id).await?;
    let id = id.clone();
    let messages =
        in_background(ctx, move |ctx| ctx.db.read(|conn| webhooks::messages::of_endpoint(conn, &id, &from, PAGE_SIZE)));
    let messages = messages.await??;
    let page = staff.page(Nav::Webhooks);
    Ok(WebhookPage { page, endpoint, messages, secret: None, asked: String::new() })
}
