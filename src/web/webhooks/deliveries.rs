//! A webhook message: each attempt with its request and response, and sending it again.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::find;
use super::show::outcome;
use crate::domain::ids::{GrantId, MessageId, WebhookEndpointId};
use crate::domain::webhook::{WebhookAttempt, WebhookEndpoint, WebhookMessage};
use crate::http::id::{Id, PathId};
use crate::outbound::guard::host_of;
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::usecases::webhooks::resend::resend_webhook_message;
use crate::web::layout::badge::Badge;
use crate::web::{CsrfForm, Flash, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
struct DeliveryPage {
    page: PageContext,
    endpoint: WebhookEndpoint,
    message: WebhookMessage,
    attempts: Vec<WebhookAttempt>,
}

impl DeliveryPage {
    fn host(&self) -> String {
        host_of(&self.endpoint.url)
    }

    fn outcome(&self) -> Badge {
        outcome(&self.page, &self.message)
    }

    fn answer(&self, attempt: &WebhookAttempt) -> Badge {
        match (attempt.status, &attempt.error) {
            (Some(status), _) if (200..300).contains(&status) => Badge::ok(status.to_string()),
            (Some(status), _) => Badge::failed(status.to_string()),
            (None, error) => Badge::failed(error.clone().unwrap_or_default()),
        }
    }

    fn took(&self, attempt: &WebhookAttempt) -> String {
        let took = attempt.started_at.duration_until(attempt.finished_at);
        self.page.t1("grants-attempt-took", "count", i64::try_from(took.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Shows a webhook message with its attempts.
pub(crate) async fn show(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let message_id = message_id(&request)?;
    let endpoint = find(&ctx, &id).await?;
    let found = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            let message = webhooks::messages::find(conn, &message_id)?;
            let attempts = webhooks::attempts::of_message(conn, &message_id)?;
            Ok::<_, StorageError>((message, attempts))
        })
    });
    let (message, attempts) = found.await??;
    if message.endpoint_id != id.0 {
        return Err(PageError::NotFound);
    }
    html(StatusCode::OK, &DeliveryPage { page: staff.page(Nav::Webhooks), endpoint, message, attempts })
}

/// Where to return to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResendForm {
    /// The grant whose page has the button.
    grant_id: String,
}

/// Sends the message again under the same id.
pub(crate) async fn resend(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<WebhookEndpointId>,
    form: CsrfForm<ResendForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let message_id = message_id(&request)?;
    let (endpoint_id, message, actor) = (id.0.clone(), message_id.clone(), staff.actor());
    let is_queued =
        in_background(&ctx, move |ctx| resend_webhook_message(ctx, &endpoint_id, &message, &actor)).await??;
    let flash = if is_queued { Flash::ok("webhooks-resent") } else { Flash::warn("webhooks-being-sent") };
    let back = match GrantId::parse(&form.grant_id) {
        Ok(grant_id) => urls::grant(&grant_id),
        Err(_) => urls::webhook_delivery(&id, &message_id),
    };
    Ok(staff.see_other(&back, flash))
}

fn message_id(request: &HttpRequest) -> Result<MessageId, PageError> {
    MessageId::parse_path(request.match_info().get("message_id").unwrap_or_default()).map_err(|_| PageError::NotFound)
}
