//! Webhook messages: written in the transaction of the change that caused them, claimed by workers under a lease.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{GrantId, LicenseKeyId, MessageId, WebhookEndpointId};
use crate::domain::outbox::{LEASE, MessageState};
use crate::domain::page::{Cursor, From as PageFrom, Page};
use crate::domain::webhook::WebhookMessage;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::webhook_messages;
use crate::storage::sql::inline_limit::InlineLimitDsl;

#[derive(Queryable)]
pub(super) struct MessageRow {
    id: String,
    endpoint_id: String,
    event_type: String,
    grant_id: Option<String>,
    license_key_id: Option<String>,
    state: String,
    attempts: i32,
    next_attempt_at: i64,
    lease_until: Option<i64>,
    last_status: Option<i32>,
    last_error: Option<String>,
    finished_at: Option<i64>,
    created_at: i64,
}

type MessageColumns = (
    webhook_messages::id,
    webhook_messages::endpoint_id,
    webhook_messages::event_type,
    webhook_messages::grant_id,
    webhook_messages::license_key_id,
    webhook_messages::state,
    webhook_messages::attempts,
    webhook_messages::next_attempt_at,
    webhook_messages::lease_until,
    webhook_messages::last_status,
    webhook_messages::last_error,
    webhook_messages::finished_at,
    webhook_messages::created_at,
);

pub(super) const COLUMNS: MessageColumns = (
    webhook_messages::id,
    webhook_messages::endpoint_id,
    webhook_messages::event_type,
    webhook_messages::grant_id,
    webhook_messages::license_key_id,
    webhook_messages::state,
    webhook_messages::attempts,
    webhook_messages::next_attempt_at,
    webhook_messages::lease_until,
    webhook_messages::last_status,
    webhook_messages::last_error,
    webhook_messages::finished_at,
    webhook_messages::created_at,
);

impl TryFrom<MessageRow> for WebhookMessage {
    type Error = StorageError;

    fn try_from(row: MessageRow) -> Result<Self, StorageError> {
        let state =
            MessageState::parse(&row.state).ok_or_else(|| StorageError::Corrupt(format!("the state of {}", row.id)))?;
        Ok(Self {
            id: MessageId::stored(row.id),
            endpoint_id: WebhookEndpointId::stored(row.endpoint_id),
            event_type: row.event_type,
            grant_id: row.grant_id.map(GrantId::stored),
            license_key_id: row.license_key_id.map(LicenseKeyId::stored),
            state,
            attempts: row.attempts,
            next_attempt_at: from_micros(row.next_attempt_at),
            lease_until: from_optional(row.lease_until),
            last_status: row.last_status,
            last_error: row.last_error,
            finished_at: from_optional(row.finished_at),
            created_at: from_micros(row.created_at),
        })
    }
}

/// A message to be inserted.
#[derive(Debug)]
pub struct NewWebhookMessage<'a> {
    pub id: &'a MessageId,
    pub endpoint_id: &'a WebhookEndpointId,
    pub event_type: &'a str,
    pub grant_id: Option<&'a GrantId>,
    pub license_key_id: Option<&'a LicenseKeyId>,
}

/// Inserts a message that is due immediately; the workers are woken when the transaction is committed.
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

/// The message with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &MessageId) -> Result<WebhookMessage, StorageError> {
    webhook_messages::table.find(id.as_str()).select(COLUMNS).first::<MessageRow>(conn)?.try_into()
}

/// A page of an endpoint's messages, sent and waiting, newest first.
pub fn of_endpoint(
    conn: &mut Conn,
    endpoint_id: &WebhookEndpointId,
    from: &PageFrom<Cursor>,
    size: usize,
) -> Result<Page<WebhookMessage>, StorageError> {
    let (at, id) = (webhook_messages::created_at, webhook_messages::id);
    let mut query = webhook_messages::table
        .filter(webhook_messages::endpoint_id.eq(endpoint_id.to_string()))
        .select(COLUMNS)
        .into_boxed();
    query = match from {
        PageFrom::Start => query.order((at.desc(), id.desc())),
        PageFrom::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageFrom::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<MessageRow> = query.limit(limit).load(conn)?;
    let rows = rows.into_iter().map(WebhookMessage::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_walk(rows, size, from))
}

/// The webhooks sent about a grant, newest first, at most 20.
pub fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<WebhookMessage>, StorageError> {
    let rows: Vec<MessageRow> = webhook_messages::table
        .filter(webhook_messages::grant_id.eq(grant_id.as_str()))
        .order((webhook_messages::created_at.desc(), webhook_messages::id.desc()))
        .select(COLUMNS)
        .inline_limit(20)
        .load(conn)?;
    rows.into_iter().map(WebhookMessage::try_from).collect()
}

/// Queues a finished message again, or makes a waiting one due now; `false` if it is being sent.
pub fn resend(tx: &mut Tx<'_>, id: &MessageId, now: Timestamp) -> Result<bool, StorageError> {
    tx.has_outbox_messages = true;
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        webhook_messages::table.find(id.as_str()).filter(webhook_messages::state.ne(MessageState::Sending.as_str())),
    )
    .set((
        webhook_messages::state.eq(MessageState::Queued.as_str()),
        webhook_messages::next_attempt_at.eq(to_micros(now)),
        webhook_messages::finished_at.eq(None::<i64>),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Cancels an endpoint's queued messages.
pub fn cancel_queued(tx: &mut Tx<'_>, endpoint_id: &WebhookEndpointId, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let cancelled = diesel::update(
        webhook_messages::table
            .filter(webhook_messages::endpoint_id.eq(endpoint_id.as_str()))
            .filter(webhook_messages::state.eq(MessageState::Queued.as_str())),
    )
    .set((
        webhook_messages::state.eq(MessageState::Cancelled.as_str()),
        webhook_messages::finished_at.eq(to_micros(now)),
    ))
    .execute(conn)?;
    Ok(cancelled)
}

/// The message that is due first at an endpoint, and when. A message being sent is due when its lease expires.
pub fn due_at(
    conn: &mut Conn,
    endpoint_id: &WebhookEndpointId,
) -> Result<Option<(MessageId, Timestamp)>, StorageError> {
    let queued: Option<(String, i64)> = webhook_messages::table
        .filter(webhook_messages::state.eq(MessageState::Queued.as_str()))
        .filter(webhook_messages::endpoint_id.eq(endpoint_id.as_str()))
        .order(webhook_messages::next_attempt_at.asc())
        .select((webhook_messages::id, webhook_messages::next_attempt_at))
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    let leased: Option<(String, Option<i64>)> = webhook_messages::table
        .filter(webhook_messages::state.eq(MessageState::Sending.as_str()))
        .filter(webhook_messages::endpoint_id.eq(endpoint_id.as_str()))
        .order(webhook_messages::lease_until.asc())
        .select((webhook_messages::id, webhook_messages::lease_until))
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    let leased = leased.and_then(|(id, until)| Some((id, until?)));
    let first = queued.into_iter().chain(leased).min_by_key(|(_, at)| *at);
    Ok(first.map(|(id, at)| (MessageId::stored(id), from_micros(at))))
}

/// Ids of an endpoint's messages that can be claimed: due ones first, then those whose lease has expired.
pub fn claimable(
    conn: &mut Conn,
    endpoint_id: &WebhookEndpointId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<MessageId>, StorageError> {
    let mut ids: Vec<String> = webhook_messages::table
        .filter(webhook_messages::state.eq(MessageState::Queued.as_str()))
        .filter(webhook_messages::endpoint_id.eq(endpoint_id.as_str()))
        .filter(webhook_messages::next_attempt_at.le(to_micros(now)))
        .order((webhook_messages::next_attempt_at.asc(), webhook_messages::id.asc()))
        .limit(limit)
        .select(webhook_messages::id)
        .load(conn)?;
    let abandoned: Vec<String> = webhook_messages::table
        .filter(webhook_messages::state.eq(MessageState::Sending.as_str()))
        .filter(webhook_messages::endpoint_id.eq(endpoint_id.as_str()))
        .filter(webhook_messages::lease_until.le(to_micros(now)))
        .limit(limit)
        .select(webhook_messages::id)
        .load(conn)?;
    ids.extend(abandoned);
    Ok(ids.into_iter().map(MessageId::stored).collect())
}

/// Claims a message for `owner` until the lease ends; `None` if another worker was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    id: &MessageId,
    owner: &str,
    now: Timestamp,
) -> Result<Option<WebhookMessage>, StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let claimed = diesel::update(
        webhook_messages::table.find(id.as_str()).filter(
            webhook_messages::state
                .eq(MessageState::Queued.as_str())
                .and(webhook_messages::next_attempt_at.le(to_micros(now)))
                .or(webhook_messages::state
                    .eq(MessageState::Sending.as_str())
                    .and(webhook_messages::lease_until.le(to_micros(now)).assume_not_null())),
        ),
    )
    .set((
        webhook_messages::state.eq(MessageState::Sending.as_str()),
        webhook_messages::lease_owner.eq(owner),
        webhook_messages::lease_until.eq(to_micros(until)),
        webhook_messages::attempts.eq(webhook_messages::attempts + 1),
    ))
    .execute(conn)?;
    if claimed == 0 { Ok(None) } else { find(conn, id).map(Some) }
}

/// The outcome of an attempt, and what happens next.
#[derive(Debug, Clone)]
pub struct WebhookProgress<'a> {
    pub state: MessageState,
    pub next_attempt_at: Timestamp,
    pub status: Option<i32>,
    pub error: Option<&'a str>,
    pub finished_at: Option<Timestamp>,
}

/// Records the outcome of an attempt; `false` if the lease was lost to another worker.
pub fn settle(
    tx: &mut Tx<'_>,
    id: &MessageId,
    owner: &str,
    progress: &WebhookProgress<'_>,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        webhook_messages::table
            .find(id.as_str())
            .filter(webhook_messages::state.eq(MessageState::Sending.as_str()))
            .filter(webhook_messages::lease_owner.eq(owner)),
    )
    .set((
        webhook_messages::state.eq(progress.state.as_str()),
        webhook_messages::next_attempt_at.eq(to_micros(progress.next_attempt_at)),
        webhook_messages::last_status.eq(progress.status),
        webhook_messages::last_error.eq(progress.error),
        webhook_messages::finished_at.eq(progress.finished_at.map(to_micros)),
        webhook_messages::lease_owner.eq(None::<String>),
        webhook_messages::lease_until.eq(None::<i64>),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}
