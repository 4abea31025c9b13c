//! Taking what is sent to a connection's URL: verified before anything is read from it, stored once, and processed by the
//! outbox.

use jiff::SignedDuration;
use serde::Deserialize;

use super::secrets::open_secrets;
use crate::crypto::hex;
use crate::dodo::signature::{SignatureHeaders, decode_secret, is_signed};
use crate::domain::connection::{ConnectionKind, ConnectionSecretKind};
use crate::domain::ids::{ConnectionId, HookId};
use crate::domain::outbox::NewMessage;
use crate::shops::hooks::{self as shop_hooks, Delivery, Sent};
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::{hooks, rows};
use crate::storage::{Conn, StorageError, outbox};
use crate::usecases::context::Context;

/// What was sent.
#[derive(Debug)]
pub(crate) struct ReceiveHook {
    pub connection_id: ConnectionId,
    pub sent: Sent,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceivedHook {
    Stored,
    /// A repeat of what is stored already.
    Known,
    /// A first contact, which tells nothing.
    Ping,
}

#[derive(Debug)]
pub(crate) enum ReceiveHookError {
    /// Nothing that may be taken: there is no such connection, or its secrets have not signed this, or not now.
    NotSigned,
    Storage(StorageError),
}

impl From<StorageError> for ReceiveHookError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The longest id of a delivery.
const MAX_DELIVERY_ID: usize = 200;
/// The longest name of an event that is stored.
const MAX_EVENT_TYPE: usize = 100;
/// What a first contact is called.
pub(crate) const PING: &str = "ping";
/// How long after a first contact another one is not written down.
const PING_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Stores what was sent, once per delivery, and queues it.
pub(crate) fn receive_hook(ctx: &Context, hook: &ReceiveHook) -> Result<ReceivedHook, ReceiveHookError> {
    let ReceiveHook { connection_id, sent } = hook;
    let now = ctx.clock.now();
    let (kind, secrets) = ctx.db.read(|conn: &mut Conn| {
        let kind = match rows::find(conn, connection_id) {
            Ok(connection) => Some(connection.kind),
            Err(StorageError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let secrets = open_secrets(ctx, conn, connection_id, ConnectionSecretKind::WebhookSecret, now)?;
        Ok::<_, StorageError>((kind, secrets))
    })?;
    let Some(delivery) = verified(ctx, kind, &secrets, sent) else {
        let shop = kind.and_then(|kind| shop_hooks::find(kind.as_str()));
        if shop.is_some_and(|shop| (shop.is_ping)(sent)) {
            note_ping(ctx, connection_id)?;
            return Ok(ReceivedHook::Ping);
        }
        return Err(ReceiveHookError::NotSigned);
    };
    if ctx.db.read(|conn: &mut Conn| hooks::is_known(conn, connection_id, &delivery.id))? {
        return Ok(ReceivedHook::Known);
    }
    let id = HookId::random();
    let sealed = hooks::Hook {
        connection_id: connection_id.clone(),
        delivery_id: delivery.id,
        event_type: delivery.event.chars().filter(char::is_ascii_graphic).take(MAX_EVENT_TYPE).collect(),
        body: ctx.keyring.seal(&hooks::associated_data(id.as_str()), &sent.body),
        received_at: now,
        finished_at: None,
        id,
    };
    let stored = ctx.db.write(|tx| {
        rows::lock(tx, connection_id)?;
        rows::note_hook(tx, connection_id, now)?;
        if !hooks::insert(tx, &sealed)? {
            return Ok(ReceivedHook::Known);
        }
        outbox::enqueue(tx, &NewMessage::hook_received(connection_id, &sealed.id), now)?;
        Ok(ReceivedHook::Stored)
    });
    match stored {
        // The connection was removed at this moment.
        Err(StorageError::NotFound) => Err(ReceiveHookError::NotSigned),
        stored => Ok(stored?),
    }
}

/// Which delivery this is, if one of the secrets has signed it. Takes as long where there is no secret.
fn verified(ctx: &Context, kind: Option<ConnectionKind>, secrets: &[String], sent: &Sent) -> Option<Delivery> {
    let now = ctx.clock.now();
    let Some(shop) = kind.and_then(|kind| shop_hooks::find(kind.as_str())) else {
        return of_account(secrets, sent, now);
    };
    if let Some(scheme) = shop.scheme {
        let nobodys = [crate::crypto::random_token()];
        let secrets = if secrets.is_empty() { &nobodys } else { secrets };
        if !scheme.is_signed(secrets, sent.first_header(scheme.headers), &sent.body, now) {
            return None;
        }
    }
    let Delivery { id, event } = (shop.identify)(sent);
    let is_word = !id.is_empty() && id.len() <= MAX_DELIVERY_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    // Without an id, the content is one.
    let id = if is_word { id } else { hex(&ctx.keyring.fingerprint(&[event.as_bytes(), &sent.body])) };
    Some(Delivery { id, event })
}

/// What an account's webhook says, which is signed by Standard Webhooks.
fn of_account(secrets: &[String], sent: &Sent, now: jiff::Timestamp) -> Option<Delivery> {
    let text = |name: &str| sent.header(name).to_owned();
    let headers = SignatureHeaders {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signatures: text("webhook-signature"),
    };
    let mut secrets: Vec<Vec<u8>> = secrets.iter().filter_map(|text| decode_secret(text)).collect();
    if secrets.is_empty() {
        // Fits nothing.
        secrets.push(crate::crypto::random_bytes::<32>().to_vec());
    }
    let is_word = headers.id.len() <= MAX_DELIVERY_ID && headers.id.bytes().all(|byte| byte.is_ascii_graphic());
    let is_ours = is_signed(&secrets, &headers, &sent.body, now) && is_word;
    is_ours.then(|| Delivery { id: headers.id, event: event_type(&sent.body) })
}

/// Notes a first contact. Anybody can send one, so that not every one is written down.
fn note_ping(ctx: &Context, connection_id: &ConnectionId) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let since = now.saturating_sub(PING_PAUSE).unwrap_or(now);
    if ctx.db.read(|conn| events::has_since(conn, connection_id, PING, since))? {
        return Ok(());
    }
    let event =
        ConnectionEvent { what: PING.to_owned(), detail: None, calls: None, grant_id: None, is_ok: true, at: now };
    ctx.db.write(|tx| events::add(tx, connection_id, &event))
}

/// The name of the event, as the page lists it; empty where the body does not say.
fn event_type(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Envelope {
        r#type: String,
    }
    serde_json::from_slice(body).map(|envelope: Envelope| envelope.r#type).unwrap_or_default()
}
