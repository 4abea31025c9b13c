//! Sending a webhook: claim, build, sign, post, record the outcome.

use super::payload::{self, Payload};
use super::record::{put_back, record};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::outbox::MessageState;
use crate::domain::webhook::{WebhookAttempt, WebhookEndpoint, WebhookMessage};
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::usecases::webhooks::secret::open_webhook_secrets;
use crate::webhooks::{Poster, sign};

/// The number of candidates read at once, because other lanes may claim some of them.
const BATCH: i64 = 16;

/// Sends one due message of an endpoint; `false` if none is due.
pub fn run_once(
    ctx: &Context,
    poster: &Poster,
    endpoint_id: &WebhookEndpointId,
    owner: &str,
) -> Result<bool, StorageError> {
    let candidates = ctx.db.read(|conn| webhooks::messages::claimable(conn, endpoint_id, ctx.clock.now(), BATCH))?;
    for id in candidates {
        if let Some(message) = ctx.db.write(|tx| webhooks::messages::claim(tx, &id, owner, ctx.clock.now()))? {
            return send(ctx, poster, &message, owner);
        }
    }
    Ok(false)
}

/// Sends until no webhook is due.
pub fn run_until_empty(ctx: &Context, poster: &Poster) -> Result<usize, StorageError> {
    let mut sent = 0;
    for endpoint in ctx.db.read(webhooks::endpoints::enabled)? {
        while run_once(ctx, poster, &endpoint.id, "until-empty")? {
            sent += 1;
        }
    }
    Ok(sent)
}

/// What is needed to send a webhook.
struct Outgoing {
    endpoint: WebhookEndpoint,
    secrets: Vec<Vec<u8>>,
    payload: Payload,
}

/// `false` if the endpoint was disabled or deleted in the meantime.
fn send(ctx: &Context, poster: &Poster, message: &WebhookMessage, owner: &str) -> Result<bool, StorageError> {
    let started_at = ctx.clock.now();
    let outgoing = match load(ctx, message) {
        Ok(outgoing) if outgoing.endpoint.is_disabled => {
            put_back(ctx, message, owner, MessageState::Queued)?;
            return Ok(false);
        }
        Ok(outgoing) => outgoing,
        Err(StorageError::NotFound) => {
            put_back(ctx, message, owner, MessageState::Cancelled)?;
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let timestamp = started_at.as_second();
    let id = message.id.as_str();
    let mut headers = vec![("webhook-id", id.to_owned()), ("webhook-timestamp", timestamp.to_string())];
    // The stored headers do not include the signature, so they cannot be used for forgery.
    let kept_headers = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    let signature = sign::signatures(&outgoing.secrets, id, timestamp, &outgoing.payload.sent);
    headers.push(("webhook-signature", signature));
    let answered = poster.post(&outgoing.endpoint.url, &headers, &outgoing.payload.sent);
    let attempt = WebhookAttempt {
        number: message.attempts,
        url: outgoing.endpoint.url,
        request_headers: format!("content-type: application/json\n{kept_headers}"),
        request_body: outgoing.payload.kept,
        status: answered.status.map(i32::from),
        error: answered.error.clone(),
        started_at,
        finished_at: ctx.clock.now(),
    };
    record(ctx, message, owner, &attempt, &answered, outgoing.payload.customer_id.as_ref())?;
    Ok(true)
}

fn load(ctx: &Context, message: &WebhookMessage) -> Result<Outgoing, StorageError> {
    ctx.db.read(|conn| {
        let endpoint = webhooks::endpoints::find(conn, &message.endpoint_id)?;
        let secrets = open_webhook_secrets(ctx, conn, &endpoint.id, ctx.clock.now())?;
        let payload = payload::build(ctx, conn, message)?;
        Ok(Outgoing { endpoint, secrets, payload })
    })
}
