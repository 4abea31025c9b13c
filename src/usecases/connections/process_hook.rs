//! Doing what a webhook tells. It shows an object as it was when it was sent, whatever its event is called, and webhooks
//! come in any order: the object is applied if it is news, and what cannot be told from it is read from the account.

use jiff::SignedDuration;
use serde_json::Value;

use crate::dodo::CallError;
use crate::dodo::objects::{RemoteEvent, RemoteGrant};
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::Trouble;
use crate::domain::ids::EntitlementId;
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::hooks::{self, Hook};
use crate::storage::connections::mirrored::{self, Purchase};
use crate::storage::{StorageError, grants};
use crate::usecases::context::Context;
use crate::usecases::mirror::account::account_of;
use crate::usecases::mirror::grants::{Applied, apply};
use crate::usecases::mirror::poll::{PollError, PollScope, poll_connection};
use crate::usecases::mirror::read;

/// Why a webhook is not processed yet.
#[derive(Debug)]
pub(crate) enum NotProcessed {
    /// The connection is paused or broken.
    Stopped,
    /// The account did not answer as it should; to be tried after this long, or with growing pauses.
    Later {
        reply: String,
        after: Option<SignedDuration>,
    },
    Storage(StorageError),
}

impl From<StorageError> for NotProcessed {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<CallError> for NotProcessed {
    fn from(error: CallError) -> Self {
        let after = match &error {
            CallError::Busy { after } => Some(*after),
            _ => None,
        };
        Self::Later { reply: error.explain(), after }
    }
}

impl From<PollError> for NotProcessed {
    fn from(error: PollError) -> Self {
        match error {
            PollError::NotActive(_) | PollError::Call(CallError::Unauthorized | CallError::Forbidden) => Self::Stopped,
            PollError::Busy => Self::Later { reply: String::new(), after: Some(BUSY) },
            PollError::Call(error) => error.into(),
            PollError::Storage(error) => error.into(),
        }
    }
}

/// How soon what another thread is looking at is looked at again.
const BUSY: SignedDuration = SignedDuration::from_secs(2);

/// Processes a webhook, empties its body, and returns what became of it.
pub(crate) fn process_hook(ctx: &Context, connection: &Connection, hook: &Hook) -> Result<&'static str, NotProcessed> {
    let body = ctx.keyring.open(&hooks::associated_data(hook.id.as_str()), &hook.body);
    let body = body.map_err(|error| StorageError::Corrupt(format!("the body of {}: {error}", hook.id)))?;
    let body = String::from_utf8_lossy(&body);
    let result = match RemoteEvent::read(&body) {
        None => "unreadable",
        Some(event) if is_of_another(connection, event.business_id.as_deref()) => "skipped",
        Some(RemoteEvent { grant: Some(grant), .. }) => apply_grant(ctx, connection, &grant)?,
        Some(event) => follow_purchase(ctx, connection, &event.event_type, &body)?,
    };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        hooks::finish(tx, &hook.id, result, now)?;
        let event = ConnectionEvent {
            what: "hook".to_owned(),
            detail: Some(format!("{} {result}", hook.event_type)),
            calls: None,
            grant_id: None,
            is_ok: result != "unreadable",
            at: now,
        };
        events::add(tx, &connection.id, &event)
    })?;
    Ok(result)
}

/// Whether it is about another account.
fn is_of_another(connection: &Connection, business_id: Option<&str>) -> bool {
    matches!((&connection.account, business_id), (Some(ours), Some(theirs)) if ours != theirs)
}

/// Applies a grant as the webhook shows it, if that is news. Of one that is new here the account is asked.
fn apply_grant(ctx: &Context, connection: &Connection, remote: &RemoteGrant) -> Result<&'static str, NotProcessed> {
    let applied = ctx.db.write(|tx| apply(ctx, tx, connection, remote, None, ctx.clock.now()))?;
    Ok(match applied {
        Applied::Created | Applied::Changed => "applied",
        Applied::Unchanged | Applied::Older | Applied::InFlight => "known",
        Applied::NotOurs => "skipped",
        Applied::NeedsEntitlement | Applied::NeedsCustomer => match EntitlementId::parse(&remote.entitlement_id) {
            Ok(id) => {
                poll_connection(ctx, &connection.id, PollScope::Entitlement(id))?;
                "polled"
            }
            Err(_) => "skipped",
        },
    })
}

/// Reads what became of the grants of a purchase, and tells staff of what the account leaves to people.
fn follow_purchase(
    ctx: &Context,
    connection: &Connection,
    event_type: &str,
    body: &str,
) -> Result<&'static str, NotProcessed> {
    let event: Value = serde_json::from_str(body).unwrap_or_default();
    let data = event.get("data").unwrap_or(&Value::Null);
    let id = |name: &str| data.get(name).and_then(Value::as_str).filter(|id| !id.is_empty());
    let (payment_id, subscription_id) = (id("payment_id"), id("subscription_id"));
    let found = ctx.db.read(|conn| mirrored::purchased(conn, &connection.id, payment_id, subscription_id))?;
    if found.is_empty() {
        return Ok("skipped");
    }
    let account = account_of(ctx, connection)?;
    for Purchase { grant_id, entitlement_id, remote_customer_id } in &found {
        let remote = read::grant(&account, entitlement_id.as_str(), remote_customer_id, grant_id.as_str())?;
        if let Some(remote) = remote {
            ctx.db.write(|tx| apply(ctx, tx, connection, &remote, None, ctx.clock.now()))?;
        }
    }
    let is_partial = data.get("is_partial").and_then(Value::as_bool) == Some(true);
    match event_type {
        "dispute.opened" => note_trouble(ctx, &found, Trouble::Disputed)?,
        "refund.succeeded" if is_partial => note_trouble(ctx, &found, Trouble::PartlyRefunded)?,
        _ => {}
    }
    Ok("polled")
}

/// Tells staff of something that only they can decide, on each grant that still has its key.
fn note_trouble(ctx: &Context, found: &[Purchase], trouble: Trouble) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        for Purchase { grant_id, .. } in found {
            grants::lock(tx, grant_id)?;
            let is_delivered = grants::find(tx, grant_id)?.license_key_id.is_some();
            let is_free = mirrored::grant(tx, grant_id)?.is_some_and(|mirrored| mirrored.trouble.is_none());
            if is_delivered && is_free {
                mirrored::set_trouble(tx, grant_id, Some((trouble, "")), ctx.clock.now())?;
            }
        }
        Ok(())
    })
}
