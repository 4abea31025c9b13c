//! Outbox messages of every kind: written in the transaction of the change that caused them, claimed by workers under a
//! lease.

pub mod attempts;
mod progress;
pub mod queue;
pub mod stats;
pub(crate) mod windows;

use diesel::prelude::*;
use jiff::Timestamp;

use self::attempts::AttemptRow;
use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::{outbox_attempts, outbox_messages};
use super::sql::inline_limit::InlineLimitDsl;
use super::sql::on_each::on_each;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{CustomerId, GrantId, MessageId};
use crate::domain::outbox::{Attempt, MessageKind, MessageState, NewMessage, OutboxMessage, Queue};

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox_messages)]
pub(super) struct MessageRow {
    id: String,
    kind: String,
    queue: String,
    grant_id: Option<String>,
    customer_id: Option<String>,
    ref_id: Option<String>,
    event_type: Option<String>,
    recipient: Option<String>,
    state: String,
    attempts: i32,
    unanswered: i32,
    next_attempt_at: i64,
    last_status: Option<i32>,
    last_reply: Option<String>,
    finished_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<MessageRow> for OutboxMessage {
    type Error = StorageError;

    fn try_from(row: MessageRow) -> Result<Self, StorageError> {
        let corrupt = |what: &str| StorageError::Corrupt(format!("the {what} of {}", row.id));
        Ok(Self {
            kind: MessageKind::parse(&row.kind).ok_or_else(|| corrupt("kind"))?,
            state: MessageState::parse(&row.state).ok_or_else(|| corrupt("state"))?,
            id: MessageId::stored(row.id),
            queue: Queue::stored(row.queue),
            grant_id: row.grant_id.map(GrantId::stored),
            customer_id: row.customer_id.map(CustomerId::stored),
            ref_id: row.ref_id,
            event_type: row.event_type,
            recipient: row.recipient.map(EmailAddress::stored),
            attempts: row.attempts,
            unanswered: row.unanswered,
            next_attempt_at: from_micros(row.next_attempt_at),
            last_status: row.last_status,
            last_reply: row.last_reply,
            finished_at: from_optional(row.finished_at),
            created_at: from_micros(row.created_at),
        })
    }
}

/// Adds a message that is due immediately, or when it says; the workers are woken when the transaction is committed.
pub fn enqueue(tx: &mut Tx<'_>, message: &NewMessage<'_>, now: Timestamp) -> Result<(), StorageError> {
    tx.has_outbox_messages = true;
    let conn: &mut Conn = tx;
    let mut created_at = to_micros(now);
    if message.kind == MessageKind::LicenseKeyDelivered
        && let Some(grant_id) = message.grant_id
    {
        // Its time must be later than the grant's other e-mails whatever the clock says, because the newest one
        // determines the state.
        let newest = newest_of_grant(conn, grant_id)?;
        created_at = newest.map_or(created_at, |(_, newest)| created_at.max(newest + 1));
    }
    diesel::insert_into(outbox_messages::table)
        .values((
            outbox_messages::id.eq(message.id.as_str()),
            outbox_messages::kind.eq(message.kind.as_str()),
            outbox_messages::queue.eq(message.queue.as_str()),
            outbox_messages::grant_id.eq(message.grant_id.map(GrantId::as_str)),
            outbox_messages::customer_id.eq(message.customer_id.map(CustomerId::as_str)),
            outbox_messages::ref_id.eq(message.ref_id),
            outbox_messages::event_type.eq(message.event_type),
            outbox_messages::recipient.eq(message.recipient.map(EmailAddress::as_str)),
            outbox_messages::state.eq(MessageState::Queued.as_str()),
            outbox_messages::attempts.eq(0),
            outbox_messages::next_attempt_at.eq(to_micros(message.due_at.unwrap_or(now))),
            outbox_messages::created_at.eq(created_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The message with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &MessageId) -> Result<OutboxMessage, StorageError> {
    let row: MessageRow = on_each!(conn, |conn| {
        outbox_messages::table.find(id.as_str()).select(MessageRow::as_select()).first(conn)?
    });
    row.try_into()
}

/// The e-mails with a grant's key, newest first, at most 20.
pub fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<OutboxMessage>, StorageError> {
    of_kind(conn, grant_id, MessageKind::LicenseKeyDelivered)
}

/// A grant's messages of one kind, newest first, at most 20.
pub fn of_kind(conn: &mut Conn, grant_id: &GrantId, kind: MessageKind) -> Result<Vec<OutboxMessage>, StorageError> {
    let rows: Vec<MessageRow> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .filter(outbox_messages::kind.eq(kind.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc()))
        .select(MessageRow::as_select())
        .inline_limit(20)
        .load(conn)?;
    rows.into_iter().map(OutboxMessage::try_from).collect()
}

/// The e-mails to a customer, newest first.
pub fn of_customer(conn: &mut Conn, id: &CustomerId, limit: usize) -> Result<Vec<OutboxMessage>, StorageError> {
    let rows: Vec<MessageRow> = outbox_messages::table
        .filter(outbox_messages::customer_id.eq(id.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc()))
        .select(MessageRow::as_select())
        .inline_limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .load(conn)?;
    rows.into_iter().map(OutboxMessage::try_from).collect()
}

/// The e-mails with a grant's key, newest first, each with its attempts.
pub fn with_attempts(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<(OutboxMessage, Vec<Attempt>)>, StorageError> {
    of_kind_with_attempts(conn, grant_id, MessageKind::LicenseKeyDelivered)
}

/// A grant's messages of a kind, newest first, each with its attempts, oldest first. Limited to the newest 400 attempts,
/// counting a message without attempts as one.
pub fn of_kind_with_attempts(
    conn: &mut Conn,
    grant_id: &GrantId,
    kind: MessageKind,
) -> Result<Vec<(OutboxMessage, Vec<Attempt>)>, StorageError> {
    let rows: Vec<(MessageRow, Option<AttemptRow>)> = on_each!(conn, |conn| {
        outbox_messages::table
            .left_join(outbox_attempts::table)
            .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
            .filter(outbox_messages::kind.eq(kind.as_str()))
            .order((outbox_messages::created_at.desc(), outbox_messages::id.desc(), outbox_attempts::number.desc()))
            .select((MessageRow::as_select(), Option::<AttemptRow>::as_select()))
            .inline_limit(400)
            .load(conn)?
    });
    let mut found: Vec<(OutboxMessage, Vec<Attempt>)> = Vec::new();
    for (message, attempt) in rows {
        if found.last().is_none_or(|(last, _)| last.id.as_str() != message.id) {
            found.push((message.try_into()?, Vec::new()));
        }
        if let (Some((_, attempts)), Some(row)) = (found.last_mut(), attempt) {
            attempts.push(attempts::attempt(row).0);
        }
    }
    for (_, attempts) in &mut found {
        attempts.reverse();
    }
    Ok(found)
}

/// Cancels the e-mails that are still queued for a grant and returns their ids. One that is being sent is not stopped.
pub fn cancel_queued(tx: &mut Tx<'_>, grant_id: &GrantId, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
    let conn: &mut Conn = tx;
    let ids: Vec<String> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .filter(outbox_messages::kind.eq(MessageKind::LicenseKeyDelivered.as_str()))
        .filter(outbox_messages::state.eq(MessageState::Queued.as_str()))
        .select(outbox_messages::id)
        .load(conn)?;
    cancel(tx, ids, now)
}

/// Cancels the e-mails with all keys of a customer that are still queued, and returns their ids.
pub(crate) fn cancel_queued_keys_of(
    tx: &mut Tx<'_>,
    id: &CustomerId,
    now: Timestamp,
) -> Result<Vec<MessageId>, StorageError> {
    let conn: &mut Conn = tx;
    let ids: Vec<String> = outbox_messages::table
        .filter(outbox_messages::customer_id.eq(id.as_str()))
        .filter(outbox_messages::kind.eq(MessageKind::LicenseKeysSent.as_str()))
        .filter(outbox_messages::state.eq(MessageState::Queued.as_str()))
        .select(outbox_messages::id)
        .load(conn)?;
    cancel(tx, ids, now)
}

/// Cancels those of the messages that are still queued, and returns their ids.
fn cancel(tx: &mut Tx<'_>, ids: Vec<String>, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
    let conn: &mut Conn = tx;
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

/// Whether this is the newest e-mail with the grant's key, which determines the state of the grant's e-mail.
pub fn is_newest_of_grant(conn: &mut Conn, message: &OutboxMessage) -> Result<bool, StorageError> {
    let Some(grant_id) = &message.grant_id else { return Ok(false) };
    Ok(newest_of_grant(conn, grant_id)?.is_some_and(|(id, _)| id == message.id.as_str()))
}

/// The id and the time of the newest e-mail with the grant's key.
fn newest_of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Option<(String, i64)>, StorageError> {
    Ok(outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .filter(outbox_messages::kind.eq(MessageKind::LicenseKeyDelivered.as_str()))
        .order((outbox_messages::created_at.desc(), outbox_messages::id.desc()))
        .select((outbox_messages::id, outbox_messages::created_at))
        .inline_limit(1)
        .get_result(conn)
        .optional()?)
}
