//! Delivery attempts: the request as sent, with the key masked, and the response.

use crate::domain::ids::MessageId;
use crate::domain::webhook::WebhookAttempt;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::outbox;

/// A message's latest attempts, oldest first, at most 50.
pub fn of_message(conn: &mut Conn, id: &MessageId) -> Result<Vec<WebhookAttempt>, StorageError> {
    let attempts = outbox::attempts::of_message(conn, id)?;
    let webhook = |(attempt, http): (_, Option<_>)| Some(WebhookAttempt::new(attempt, http?));
    Ok(attempts.into_iter().filter_map(webhook).collect())
}
