//! The attempts to send messages.

use diesel::prelude::*;

use crate::domain::ids::MessageId;
use crate::domain::outbox::{Attempt, HttpExchange};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::outbox_attempts;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// Adds an attempt to a message's history, with the request if it was made by HTTP; `Conflict` if the attempt with
/// this number is already there.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &MessageId,
    attempt: &Attempt,
    http: Option<&HttpExchange>,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(outbox_attempts::table)
        .values((
            outbox_attempts::message_id.eq(id.as_str()),
            outbox_attempts::number.eq(attempt.number),
            outbox_attempts::outcome.eq(&attempt.outcome),
            outbox_attempts::reply.eq(&attempt.reply),
            outbox_attempts::started_at.eq(to_micros(attempt.started_at)),
            outbox_attempts::finished_at.eq(to_micros(attempt.finished_at)),
            outbox_attempts::url.eq(http.map(|http| http.url.as_str())),
            outbox_attempts::request_headers.eq(http.map(|http| http.request_headers.as_str())),
            outbox_attempts::request_body.eq(http.map(|http| http.request_body.as_str())),
            outbox_attempts::status.eq(http.and_then(|http| http.status)),
        ))
        .execute(conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox_attempts)]
pub(super) struct AttemptRow {
    number: i32,
    outcome: String,
    reply: String,
    started_at: i64,
    finished_at: i64,
    url: Option<String>,
    request_headers: Option<String>,
    request_body: Option<String>,
    status: Option<i32>,
}

/// A message's latest attempts, oldest first, at most 50, each with its request if it was made by HTTP.
pub fn of_message(conn: &mut Conn, id: &MessageId) -> Result<Vec<(Attempt, Option<HttpExchange>)>, StorageError> {
    let mut rows: Vec<AttemptRow> = outbox_attempts::table
        .filter(outbox_attempts::message_id.eq(id.as_str()))
        .order(outbox_attempts::number.desc())
        .select(AttemptRow::as_select())
        .inline_limit(50)
        .load(conn)?;
    rows.reverse();
    Ok(rows.into_iter().map(attempt).collect())
}

pub(super) fn attempt(row: AttemptRow) -> (Attempt, Option<HttpExchange>) {
    let http = row.url.map(|url| HttpExchange {
        url,
        request_headers: row.request_headers.unwrap_or_default(),
        request_body: row.request_body.unwrap_or_default(),
        status: row.status,
    });
    let attempt = Attempt {
        number: row.number,
        outcome: row.outcome,
        reply: row.reply,
        started_at: from_micros(row.started_at),
        finished_at: from_micros(row.finished_at),
    };
    (attempt, http)
}
