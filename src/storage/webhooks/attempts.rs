//! Delivery attempts: the request as sent, with the key masked, and the response.

use diesel::prelude::*;

use crate::domain::ids::MessageId;
use crate::domain::webhook::WebhookAttempt;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::webhook_attempts;
use crate::storage::sql::inline_limit::InlineLimitDsl;

#[derive(Queryable)]
struct AttemptRow {
    _message_id: String,
    number: i32,
    url: String,
    request_headers: String,
    request_body: String,
    status: Option<i32>,
    error: Option<String>,
    started_at: i64,
    finished_at: i64,
}

/// A message's latest attempts, oldest first, at most 50.
pub fn of_message(conn: &mut Conn, id: &MessageId) -> Result<Vec<WebhookAttempt>, StorageError> {
    let mut rows: Vec<AttemptRow> = webhook_attempts::table
        .filter(webhook_attempts::message_id.eq(id.as_str()))
        .order(webhook_attempts::number.desc())
        .inline_limit(50)
        .load(conn)?;
    rows.reverse();
    Ok(rows
        .into_iter()
        .map(|row| WebhookAttempt {
            number: row.number,
            url: row.url,
            request_headers: row.request_headers,
            request_body: row.request_body,
            status: row.status,
            error: row.error,
            started_at: from_micros(row.started_at),
            finished_at: from_micros(row.finished_at),
        })
        .collect())
}

/// Adds an attempt to a message's history.
pub fn insert(tx: &mut Tx<'_>, id: &MessageId, attempt: &WebhookAttempt) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(webhook_attempts::table)
        .values((
            webhook_attempts::message_id.eq(id.as_str()),
            webhook_attempts::number.eq(attempt.number),
            webhook_attempts::url.eq(&attempt.url),
            webhook_attempts::request_headers.eq(&attempt.request_headers),
            webhook_attempts::request_body.eq(&attempt.request_body),
            webhook_attempts::status.eq(attempt.status),
            webhook_attempts::error.eq(&attempt.error),
            webhook_attempts::started_at.eq(to_micros(attempt.started_at)),
            webhook_attempts::finished_at.eq(to_micros(attempt.finished_at)),
        ))
        .execute(conn)?;
    Ok(())
}
