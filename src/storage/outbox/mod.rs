//! Outbox messages: written in the transaction of the change that caused them, claimed by workers under a lease.

pub mod due;

use diesel::prelude::*;
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::{grants, outbox_attempts, outbox_messages};
use super::sql::inline_limit::InlineLimitDsl;
use super::sql::static_sql::StaticSql;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{CustomerId, GrantId, MessageId};
use crate::domain::outbox::{Attempt, LEASE, MessageState, OutboxMessage};

#[derive(Queryable)]
struct MessageRow {
    id: String,
    topic: String,
    grant_id: String,
    recipient: String,
    state: String,
    attempts: i32,
    next_attempt_at: i64,
    lease_until: Option<i64>,
    last_reply: Option<String>,
    has_own_fault: bool,
    finished_at: Option<i64>,
    created_at: i64,
    customer_id: Option<String>,
}

type MessageColumns = (
    outbox_messages::id,
    outbox_messages::topic,
    outbox_messages::grant_id,
    outbox_messages::recipient,
    outbox_messages::state,
    outbox_messages::attempts,
    outbox_messages::next_attempt_at,
    outbox_messages::lease_until,
    outbox_messages::last_reply,
    outbox_messages::has_own_fault,
    outbox_messages::finished_at,
    outbox_messages::created_at,
    outbox_messages::customer_id,
);

const COLUMNS: MessageColumns = (
    outbox_messages::id,
    outbox_messages::topic,
    outbox_messages::grant_id,
    outbox_messages::recipient,
    outbox_messages::state,
    outbox_messages::attempts,
    outbox_messages::next_attempt_at,
    outbox_messages::lease_until,
    outbox_messages::last_reply,
    outbox_messages::has_own_fault,
    outbox_messages::finished_at,
    outbox_messages::created_at,
    outbox_messages::customer_id,
);

impl TryFrom<MessageRow> for OutboxMessage {
    type Error = StorageError;

    fn try_from(row: MessageRow) -> Result<Self, StorageError> {
        let state =
            MessageState::parse(&row.state).ok_or_else(|| StorageError::Corrupt(format!("the state of {}", row.id)))?;
        Ok(Self {
            id: MessageId::stored(row.id),
            topic: row.topic,
            grant_id: GrantId::stored(row.grant_id),
            recipient: EmailAddress::stored(row.recipient),
            state,
            attempts: row.attempts,
            next_attempt_at: from_micros(row.next_attempt_at),
            lease_until: from_optional(row.lease_until),
            last_reply: row.last_reply,
            has_own_fault: row.has_own_fault,
            finished_at: from_optional(row.finished_at),
            created_at: from_micros(row.created_at),
            customer_id: row.customer_id.map(CustomerId::stored),
        })
    }
}

/// Adds a message to the grant's customer, due immediately; the workers are woken when the transaction is committed.
/// The message stays addressed to that customer even if the grant moves to another.
pub fn enqueue(
    tx: &mut Tx<'_>,
    id: &MessageId,
    topic: &str,
    grant_id: &GrantId,
    recipient: &EmailAddress,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.has_outbox_messages = true;
    let conn: &mut Conn = tx;
    // Its time must be later than the grant's other messages whatever the clock says, because the newest one
    // determines the state.
    let newest: Option<i64> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .order(outbox_messages::created_at.desc())
        .select(outbox_messages::created_at)
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    let customer_id: String = grants::table.find(grant_id.as_str()).select(grants::customer_id).first(conn)?;
    let created_at = newest.map_or(to_micros(now), |newest| to_micros(now).max(newest + 1));
    diesel::insert_into(outbox_messages::table)
        .values((
            outbox_messages::id.eq(id.as_str()),
            outbox_messages::topic.eq(topic),
            outbox_messages::grant_id.eq(grant_id.as_str()),
            outbox_messages::recipient.eq(recipient.as_str()),
            outbox_messages::state.eq(MessageState::Queued.as_str()),
            outbox_messages::attempts.eq(0),
            outbox_messages::next_attempt_at.eq(to_micros(now)),
            outbox_messages::has_own_fault.eq(false),
            outbox_messages::created_at.eq(created_at),
            outbox_messages::customer_id.eq(customer_id),
        ))
        .execute(conn)?;
    Ok(())
}

/// The message with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &MessageId) -> Result<OutboxMessage, StorageError> {
    outbox_messages::table.find(id.as_str()).select(COLUMNS).first::<MessageRow>(conn)?.try_into()
}

/// A grant's messages, newest first.
pub fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<OutboxMessage>, StorageError> {
    let rows: Vec<MessageRow> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc()))
        .select(COLUMNS)
        .inline_limit(20)
        .load(conn)?;
    rows.into_iter().map(OutboxMessage::try_from).collect()
}

type AttemptRow = (i32, String, String, i64, i64);

/// A grant's messages, newest first, each with its attempts, oldest first. Limited to the newest 400 attempts,
/// counting a message without attempts as one.
pub fn with_attempts(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<(OutboxMessage, Vec<Attempt>)>, StorageError> {
    let rows: Vec<(MessageRow, Option<AttemptRow>)> = outbox_messages::table
        .left_join(outbox_attempts::table)
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc(), outbox_attempts::number.desc()))
        .select((
            COLUMNS,
            (
                outbox_attempts::number,
                outbox_attempts::outcome,
                outbox_attempts::reply,
                outbox_attempts::started_at,
                outbox_attempts::finished_at,
            )
                .nullable(),
        ))
        .inline_limit(400)
        .load(conn)?;
    let mut found: Vec<(OutboxMessage, Vec<Attempt>)> = Vec::new();
    for (message, attempt) in rows {
        if found.last().is_none_or(|(last, _)| last.id.as_str() != message.id) {
            found.push((message.try_into()?, Vec::new()));
        }
        if let (Some((_, attempts)), Some((number, outcome, reply, started_at, finished_at))) =
            (found.last_mut(), attempt)
        {
            let (started_at, finished_at) = (from_micros(started_at), from_micros(finished_at));
            attempts.push(Attempt { number, outcome, reply, started_at, finished_at });
        }
    }
    for (_, attempts) in &mut found {
        attempts.reverse();
    }
    Ok(found)
}

/// Claims a message for `owner` until the lease ends; `None` if another worker was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    id: &MessageId,
    owner: &str,
    now: Timestamp,
) -> Result<Option<OutboxMessage>, StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let update = StaticSql::<()>::new()
        .sql("UPDATE outbox_messages SET state = 'sending', attempts = attempts + 1, lease_owner = ")
        .text(owner)
        .sql(", lease_until = ")
        .number(to_micros(until))
        .sql(" WHERE id = ")
        .text(id.as_str())
        .sql(" AND (state = 'queued' AND next_attempt_at <= ")
        .number(to_micros(now))
        .sql(" OR state = 'sending' AND lease_until <= ")
        .number(to_micros(now))
        .sql(")");
    let claimed = update.execute(conn)?;
    if claimed == 0 { Ok(None) } else { find(conn, id).map(Some) }
}

/// The outcome of an attempt, and what happens next.
#[derive(Debug, Clone)]
pub struct Progress<'a> {
    pub state: MessageState,
    pub next_attempt_at: Timestamp,
    pub reply: &'a str,
    pub has_own_fault: bool,
    pub finished_at: Option<Timestamp>,
}

/// Records the outcome of an attempt; `false` if the lease was lost to another worker.
pub fn settle(tx: &mut Tx<'_>, id: &MessageId, owner: &str, progress: &Progress<'_>) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let update = StaticSql::<()>::new()
        .sql("UPDATE outbox_messages SET lease_owner = NULL, lease_until = NULL, state = ")
        .text(progress.state.as_str())
        .sql(", next_attempt_at = ")
        .number(to_micros(progress.next_attempt_at))
        .sql(", last_reply = ")
        .text(progress.reply)
        .sql(", has_own_fault = ")
        .flag(progress.has_own_fault)
        .sql(", finished_at = ")
        .maybe_number(progress.finished_at.map(to_micros))
        .sql(" WHERE id = ")
        .text(id.as_str())
        .sql(" AND state = 'sending' AND lease_owner = ")
        .text(owner);
    let changed = update.execute(conn)?;
    Ok(changed == 1)
}

/// Adds an attempt to a message's history.
pub fn add_attempt(tx: &mut Tx<'_>, id: &MessageId, attempt: &Attempt) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(outbox_attempts::table)
        .values((
            outbox_attempts::message_id.eq(id.as_str()),
            outbox_attempts::number.eq(attempt.number),
            outbox_attempts::outcome.eq(&attempt.outcome),
            outbox_attempts::reply.eq(&attempt.reply),
            outbox_attempts::started_at.eq(to_micros(attempt.started_at)),
            outbox_attempts::finished_at.eq(to_micros(attempt.finished_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Cancels what is still queued for a grant and returns the ids. A message that is being sent is not stopped.
pub fn cancel_queued(tx: &mut Tx<'_>, grant_id: &GrantId, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
    let conn: &mut Conn = tx;
    let ids: Vec<String> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .filter(outbox_messages::state.eq(MessageState::Queued.as_str()))
        .select(outbox_messages::id)
        .load(conn)?;
    let mut cancelled = Vec::new();
    for id in ids {
        let changed = diesel::update(
            outbox_messages::table.find(&id).filter(outbox_messages::state.eq(MessageState::Queued.as_str())),
        )
        .set((
            outbox_messages::state.eq(MessageState::Cancelled.as_str()),
            outbox_messages::finished_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
        if changed == 1 {
            cancelled.push(MessageId::stored(id));
        }
    }
    Ok(cancelled)
}

/// Whether this is the grant's newest message, which determines the state of the grant's e-mail.
pub fn is_newest_of_grant(conn: &mut Conn, message: &OutboxMessage) -> Result<bool, StorageError> {
    let newest: String = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(message.grant_id.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc()))
        .select(outbox_messages::id)
        .inline_limit(1)
        .get_result(conn)?;
    Ok(newest == message.id.as_str())
}
