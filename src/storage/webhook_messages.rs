//! Promises to tell an endpoint of an event: written with the change that caused them.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::Conn;
use super::db::Tx;
use super::error::StorageError;
use super::schema::webhook_messages;
use super::time::to_micros;
use crate::domain::ids::{GrantId, LicenseKeyId, MessageId, WebhookEndpointId};
use crate::domain::outbox::MessageState;

/// A message that is about to be written.
#[derive(Debug)]
pub struct NewWebhookMessage<'a> {
    pub id: &'a MessageId,
    pub endpoint_id: &'a WebhookEndpointId,
    pub event_type: &'a str,
    pub grant_id: Option<&'a GrantId>,
    pub license_key_id: Option<&'a LicenseKeyId>,
}

/// Writes a message that is due at once; the workers are woken when the transaction is committed.
pub fn insert(tx: &mut Tx<'_>, message: &NewWebhookMessage<'_>, now: Timestamp) -> Result<(), StorageError> {
    tx.has_outbox_messages = true;
    let conn: &mut Conn = tx;
    diesel::insert_into(webhook_messages::table)
        .values((
            webhook_messages::id.eq(message.id.as_str()),
            webhook_messages::endpoint_id.eq(message.endpoint_id.as_str()),
            webhook_messages::event_type.eq(message.event_type),
            webhook_messages::grant_id.eq(message.grant_id.map(GrantId::as_str)),
            webhook_messages::license_key_id.eq(message.license_key_id.map(LicenseKeyId::as_str)),
            webhook_messages::state.eq(MessageState::Queued.as_str()),
            webhook_messages::attempts.eq(0),
            webhook_messages::next_attempt_at.eq(to_micros(now)),
            webhook_messages::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
