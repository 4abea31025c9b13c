//! Recording the outcome of an attempt: on the message, in the delivery log, and on an endpoint that keeps failing.

use jiff::Timestamp;

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{CustomerId, WebhookEndpointId};
use crate::domain::outbox::MessageState;
use crate::domain::webhook::{SWITCH_OFF_AFTER, WebhookAttempt, WebhookMessage, pause_after};
use crate::storage::customers::erasure;
use crate::storage::webhooks::messages::WebhookProgress;
use crate::storage::{StorageError, Tx, audit_log, webhooks};
use crate::usecases::Context;
use crate::webhooks::Posted;

/// Records the outcome in one transaction; only the attempt if the lease was lost. `customer_id` is the customer whose
/// data the body contains.
pub fn record(
    ctx: &Context,
    message: &WebhookMessage,
    owner: &str,
    attempt: &WebhookAttempt,
    posted: &Posted,
    customer_id: Option<&CustomerId>,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let progress = progress(message, posted, attempt.finished_at);
        let is_erased = customer_id.map_or(Ok(false), |id| erasure::is_erased(tx, id))?;
        // The body is not stored if the customer was erased during the attempt.
        let without_body = is_erased.then(|| WebhookAttempt { request_body: String::new(), ..attempt.clone() });
        webhooks::attempts::insert(tx, &message.id, without_body.as_ref().unwrap_or(attempt))?;
        if !webhooks::messages::settle(tx, &message.id, owner, &progress)? {
            tracing::warn!(message_id = %message.id, "the lease ran out during a webhook; another worker has it");
            return Ok(());
        }
        if posted.is_success() {
            webhooks::endpoints::note_success(tx, &message.endpoint_id)
        } else {
            note_failure(ctx, tx, &message.endpoint_id, attempt.finished_at)
        }
    })
}

/// Ends the claim on a message that cannot be sent now for a reason not caused by its receiver. `state` says whether it
/// is queued again or cancelled.
pub fn put_back(ctx: &Context, message: &WebhookMessage, owner: &str, state: MessageState) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let finished_at = (state == MessageState::Cancelled).then_some(now);
        let progress = WebhookProgress {
            state,
            next_attempt_at: now,
            status: message.last_status,
            error: message.last_error.as_deref(),
            finished_at,
        };
        webhooks::messages::settle(tx, &message.id, owner, &progress).map(drop)
    })
}

fn progress<'a>(message: &WebhookMessage, posted: &'a Posted, now: Timestamp) -> WebhookProgress<'a> {
    let (status, error) = (posted.status.map(i32::from), posted.error.as_deref());
    let ended = |state| WebhookProgress { state, next_attempt_at: now, status, error, finished_at: Some(now) };
    if posted.is_success() {
        return ended(MessageState::Sent);
    }
    match pause_after(message.attempts).and_then(|pause| now.saturating_add(pause).ok()) {
        None => ended(MessageState::Failed),
        Some(next) => {
            WebhookProgress { state: MessageState::Queued, next_attempt_at: next, status, error, finished_at: None }
        }
    }
}

/// Disables an endpoint that has failed continuously for days.
fn note_failure(
    ctx: &Context,
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    now: Timestamp,
) -> Result<(), StorageError> {
    webhooks::endpoints::note_failure(tx, endpoint_id, now)?;
    let since = now.saturating_sub(SWITCH_OFF_AFTER).unwrap_or(now);
    if !webhooks::endpoints::switch_off(tx, endpoint_id, since, now)? {
        return Ok(());
    }
    tracing::warn!(%endpoint_id, "a webhook endpoint that has only failed for days was switched off");
    let changes = vec![Change::new("disabled", Some("false"), Some("true"))];
    let actor = Actor::system(SystemPart::Outbox);
    let entry = NewAuditEntry::on(&actor, AuditAction::WebhookSwitchOff, ObjectKind::Webhook, endpoint_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}
