//! The outbox's webhook messages, as their pages and the API show them.

use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::Timestamp;

use crate::domain::ids::{GrantId, MessageId, WebhookEndpointId};
use crate::domain::outbox::{MessageKind, MessageState, OutboxMessage};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::webhook::WebhookMessage;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::outbox::{self, MessageRow};
use crate::storage::schema::outbox_messages;
use crate::storage::sql::static_sql::StaticSql;

fn webhook(message: OutboxMessage) -> Result<WebhookMessage, StorageError> {
    WebhookMessage::from_outbox(message).ok_or(StorageError::NotFound)
}

/// The webhook message with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &MessageId) -> Result<WebhookMessage, StorageError> {
    outbox::find(conn, id).and_then(webhook)
}

/// A page of an endpoint's messages, sent and waiting, newest first.
pub(crate) fn of_endpoint(
    conn: &mut Conn,
    endpoint_id: &WebhookEndpointId,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<WebhookMessage>, StorageError> {
    let (at, id) = (outbox_messages::created_at, outbox_messages::id);
    let mut query = outbox_messages::table
        .filter(outbox_messages::queue.eq(endpoint_id.to_string()))
        .filter(outbox_messages::event_type.is_not_null())
        .select(MessageRow::as_select())
        .into_boxed();
    query = match from {
        PageStart::Start => query.order((at.desc(), id.desc())),
        PageStart::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageStart::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<MessageRow> = query.limit(limit).load(conn)?;
    let rows = rows.into_iter().map(|row| webhook(row.try_into()?)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_walk(rows, size, from))
}

/// The webhooks sent about a grant, newest first, at most 20.
pub fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<WebhookMessage>, StorageError> {
    let messages = outbox::of_kind(conn, grant_id, MessageKind::Webhook)?;
    messages.into_iter().map(webhook).collect()
}

/// Queues a finished message again, or makes a waiting one due now; `false` if it is being sent.
pub(crate) fn resend(tx: &mut Tx<'_>, id: &MessageId, now: Timestamp) -> Result<bool, StorageError> {
    tx.has_outbox_messages = true;
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        outbox_messages::table.find(id.as_str()).filter(outbox_messages::state.ne(MessageState::Sending.as_str())),
    )
    .set((
        outbox_messages::state.eq(MessageState::Queued.as_str()),
        outbox_messages::next_attempt_at.eq(to_micros(now)),
        outbox_messages::finished_at.eq(None::<i64>),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Cancels an endpoint's queued messages.
pub(crate) fn cancel_queued(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    now: Timestamp,
) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let cancelled = diesel::update(
        outbox_messages::table
            .filter(outbox_messages::queue.eq(endpoint_id.as_str()))
            .filter(outbox_messages::event_type.is_not_null())
            .filter(outbox_messages::state.eq(MessageState::Queued.as_str())),
    )
    .set((outbox_messages::state.eq(MessageState::Cancelled.as_str()), outbox_messages::finished_at.eq(to_micros(now))))
    .execute(conn)?;
    Ok(cancelled)
}

/// Cancels up to 1,000 messages that wait for an endpoint that was deleted: those that were queued while it was being
/// deleted, and those that a worker was sending then and never recorded. Returns how many.
pub(crate) fn cancel_of_deleted(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    // The literal conditions of the partial indexes, so that only unsent messages are read.
    let query = StaticSql::<Text>::new()
        .sql(
            "SELECT id FROM (
                 SELECT id, queue FROM outbox_messages WHERE state = 'queued' AND attempts = 0
                 UNION ALL SELECT id, queue FROM outbox_messages WHERE state = 'queued' AND attempts > 0
                 UNION ALL SELECT id, queue FROM outbox_messages WHERE state = 'sending' AND lease_until <= ",
        )
        .number(to_micros(now))
        .sql(
            ") AS unsent WHERE queue IN (SELECT id FROM webhook_endpoints WHERE deleted_at IS NOT NULL)
             ORDER BY id LIMIT 1000",
        );
    let ids: Vec<String> = query.load(tx)?;
    let conn: &mut Conn = tx;
    let mut cancelled = 0;
    for id in ids {
        let is_left = outbox_messages::state
            .eq(MessageState::Sending.as_str())
            .and(outbox_messages::lease_until.le(to_micros(now)).assume_not_null());
        let is_unsent = outbox_messages::state.eq(MessageState::Queued.as_str()).or(is_left);
        cancelled += diesel::update(outbox_messages::table.find(&id).filter(is_unsent))
            .set((
                outbox_messages::state.eq(MessageState::Cancelled.as_str()),
                outbox_messages::finished_at.eq(to_micros(now)),
                outbox_messages::lease_owner.eq(None::<String>),
                outbox_messages::lease_until.eq(None::<i64>),
            ))
            .execute(conn)?;
    }
    Ok(cancelled)
}
