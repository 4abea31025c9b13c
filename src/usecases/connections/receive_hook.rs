//! Taking what is sent to a connection's URL: verified before anything is read from it, stored once, and processed by the
//! outbox.

use serde::Deserialize;

use super::secrets::open_secrets;
use crate::dodo::signature::{SignatureHeaders, decode_secret, is_signed};
use crate::domain::connection::ConnectionSecretKind;
use crate::domain::ids::{ConnectionId, HookId};
use crate::domain::outbox::NewMessage;
use crate::storage::connections::{hooks, rows};
use crate::storage::{Conn, StorageError, outbox};
use crate::usecases::context::Context;

/// What was sent.
#[derive(Debug)]
pub(crate) struct ReceiveHook {
    pub connection_id: ConnectionId,
    pub headers: SignatureHeaders,
    pub body: Vec<u8>,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceivedHook {
    Stored,
    /// A repeat of what is stored already.
    Known,
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

/// Stores what was sent, once per delivery, and queues it.
pub(crate) fn receive_hook(ctx: &Context, hook: &ReceiveHook) -> Result<ReceivedHook, ReceiveHookError> {
    let ReceiveHook { connection_id, headers, body } = hook;
    let now = ctx.clock.now();
    let (secrets, is_known) = ctx.db.read(|conn: &mut Conn| {
        let kind = ConnectionSecretKind::WebhookSecret;
        let secrets = open_secrets(ctx, conn, connection_id, kind, now)?;
        Ok::<_, StorageError>((secrets, hooks::is_known(conn, connection_id, &headers.id)?))
    })?;
    let mut secrets: Vec<Vec<u8>> = secrets.iter().filter_map(|text| decode_secret(text)).collect();
    if secrets.is_empty() {
        // Takes as long as where there is one, and fits nothing.
        secrets.push(crate::crypto::random_bytes::<32>().to_vec());
    }
    let is_word = headers.id.len() <= MAX_DELIVERY_ID && headers.id.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_signed(&secrets, headers, body, now) || !is_word {
        return Err(ReceiveHookError::NotSigned);
    }
    if is_known {
        return Ok(ReceivedHook::Known);
    }
    let id = HookId::random();
    let sealed = hooks::Hook {
        connection_id: connection_id.clone(),
        delivery_id: headers.id.clone(),
        event_type: event_type(body),
        body: ctx.keyring.seal(&hooks::associated_data(id.as_str()), body),
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

/// The name of the event, as the page lists it; empty where the body does not say.
fn event_type(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Envelope {
        r#type: String,
    }
    let name = serde_json::from_slice(body).map(|envelope: Envelope| envelope.r#type).unwrap_or_default();
    name.chars().filter(char::is_ascii_graphic).take(MAX_EVENT_TYPE).collect()
}
