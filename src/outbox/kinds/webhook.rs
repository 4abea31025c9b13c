//! An event for a webhook endpoint: built, signed and posted. An endpoint that keeps failing is disabled.

use jiff::Timestamp;

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::outbox::{HttpExchange, OutboxMessage};
use crate::domain::webhook::{DISABLE_AFTER, WebhookEndpoint, WebhookMessage, pause_after};
use crate::outbox::kind::{Attempted, Kind, Outcome, Settled, Transports};
use crate::outbox::webhooks::payload::{self, Payload};
use crate::storage::{StorageError, Tx, audit_log, webhooks};
use crate::usecases::Context;
use crate::usecases::webhooks::secret::open_webhook_secrets;
use crate::webhooks::sign;

pub(crate) struct Webhook;

impl Kind for Webhook {
    fn attempt(
        &self,
        ctx: &Context,
        transports: &Transports,
        message: &OutboxMessage,
    ) -> Result<Attempted, StorageError> {
        let message = webhook(message)?;
        let outgoing = match load(ctx, &message) {
            Ok(outgoing) if outgoing.endpoint.is_disabled => return Ok(Outcome::Postponed.into()),
            Ok(outgoing) => outgoing,
            Err(StorageError::NotFound) => return Ok(Outcome::Cancelled.into()),
            Err(error) => return Err(error),
        };
        let timestamp = ctx.clock.now().as_second();
        let id = message.id.as_str();
        let mut headers = vec![("webhook-id", id.to_owned()), ("webhook-timestamp", timestamp.to_string())];
        // The stored headers do not include the signature, so they cannot be used for forgery.
        let stored = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
        let signature = sign::signatures(&outgoing.secrets, id, timestamp, &outgoing.payload.sent);
        headers.push(("webhook-signature", signature));
        let answered = transports.poster.post(&outgoing.endpoint.url, &headers, &outgoing.payload.sent);
        let is_success = answered.is_success();
        let reply = answered.error.unwrap_or_default();
        Ok(Attempted {
            outcome: if is_success {
                Outcome::Sent { reply }
            } else {
                Outcome::Temporary { reply, is_our_fault: false }
            },
            http: Some(HttpExchange {
                url: outgoing.endpoint.url,
                request_headers: format!("content-type: application/json\n{stored}"),
                request_body: outgoing.payload.stored,
                status: answered.status.map(i32::from),
            }),
            customer_id: outgoing.payload.customer_id,
        })
    }

    /// The endpoint was deleted in the meantime. Its row is locked, so that a deletion waits for what is queued here.
    fn is_called_off(&self, tx: &mut Tx<'_>, message: &OutboxMessage) -> Result<bool, StorageError> {
        let endpoint_id = webhook(message)?.endpoint_id;
        webhooks::endpoints::lock(tx, &endpoint_id)?;
        match webhooks::endpoints::find(tx, &endpoint_id) {
            Ok(_) => Ok(false),
            Err(StorageError::NotFound) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// As promised to receivers: eight attempts within 28 hours.
    fn next_attempt(&self, message: &OutboxMessage, now: Timestamp) -> Option<Timestamp> {
        pause_after(message.attempts).and_then(|pause| now.saturating_add(pause).ok())
    }

    /// The receiver is still told of the event, but its body is not stored.
    fn redacted(&self, attempted: &Attempted) -> Attempted {
        let http = attempted.http.clone().map(|http| HttpExchange { request_body: String::new(), ..http });
        Attempted { http, ..attempted.clone() }
    }

    fn settled(&self, ctx: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<(), StorageError> {
        let endpoint_id = webhook(settled.message)?.endpoint_id;
        match settled.outcome {
            Outcome::Sent { .. } => webhooks::endpoints::note_success(tx, &endpoint_id),
            Outcome::Cancelled | Outcome::Postponed => Ok(()),
            _ => note_failure(ctx, tx, &endpoint_id, settled.now),
        }
    }
}

fn webhook(message: &OutboxMessage) -> Result<WebhookMessage, StorageError> {
    let corrupt = || StorageError::Corrupt(format!("{} is not a webhook", message.id));
    WebhookMessage::from_outbox(message.clone()).ok_or_else(corrupt)
}

/// What is needed to send a webhook.
struct Outgoing {
    endpoint: WebhookEndpoint,
    secrets: Vec<Vec<u8>>,
    payload: Payload,
}

/// `NotFound` if the endpoint was deleted in the meantime.
fn load(ctx: &Context, message: &WebhookMessage) -> Result<Outgoing, StorageError> {
    ctx.db.read(|conn| {
        let endpoint = webhooks::endpoints::find(conn, &message.endpoint_id)?;
        let secrets = open_webhook_secrets(ctx, conn, &endpoint.id, ctx.clock.now())?;
        let payload = payload::build(ctx, conn, message)?;
        Ok(Outgoing { endpoint, secrets, payload })
    })
}

/// Disables an endpoint that has failed continuously for days.
fn note_failure(
    ctx: &Context,
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    now: Timestamp,
) -> Result<(), StorageError> {
    webhooks::endpoints::note_failure(tx, endpoint_id, now)?;
    let since = now.saturating_sub(DISABLE_AFTER).unwrap_or(now);
    if !webhooks::endpoints::disable_failing(tx, endpoint_id, since, now)? {
        return Ok(());
    }
    tracing::warn!(%endpoint_id, "a webhook endpoint that has only failed for days was disabled");
    let changes = vec![Change::new("disabled", Some("false"), Some("true"))];
    let actor = Actor::system(SystemPart::Outbox);
    let entry = NewAuditEntry::on(&actor, AuditAction::WebhookSwitchOff, ObjectKind::Webhook, endpoint_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}
