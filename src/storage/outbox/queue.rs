//! Claiming messages and recording what became of them, the same for every kind. E-mails that were never attempted wait
//! apart from retries, so that a mass of retries cannot delay them; an endpoint's webhooks keep the order in which they became
//! due. Each of these classes has a partial index that excludes finished messages.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

pub use super::progress::Progress;
use crate::domain::ids::MessageId;
use crate::domain::outbox::{LEASE, MessageState, OutboxMessage, Queue, RetryClass};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::db::{Tx, dialect};
use crate::storage::schema::outbox_messages;
use crate::storage::sql::cached::CachedDsl;
use crate::storage::sql::static_sql::StaticSql;

/// A set of messages that can be claimed.
#[derive(Debug, Clone, Copy)]
enum Claimable {
    FirstAttempts,
    Retries,
    /// Messages whose worker let its lease expire.
    Abandoned,
    /// Messages that the mail server has not answered; they may have arrived, so that they wait longest.
    Unanswered,
}

impl Claimable {
    const ALL: [Self; 4] = [Self::FirstAttempts, Self::Retries, Self::Abandoned, Self::Unanswered];

    fn of(class: RetryClass) -> &'static [Self] {
        match class {
            RetryClass::FirstAttempt => &[Self::FirstAttempts],
            RetryClass::Retry => &[Self::Abandoned, Self::Retries, Self::Unanswered],
        }
    }

    /// The literal condition of the partial index: planners do not use the index if a value is bound.
    fn condition(self) -> &'static str {
        match self {
            Self::FirstAttempts => "state = 'queued' AND attempts = 0",
            Self::Retries => "state = 'queued' AND attempts > 0",
            Self::Abandoned => "state = 'sending'",
            Self::Unanswered => "state = 'unknown' AND finished_at IS NULL",
        }
    }

    /// The column with the time from which a message may be claimed.
    fn due(self) -> &'static str {
        match self {
            Self::FirstAttempts | Self::Retries | Self::Unanswered => "next_attempt_at",
            Self::Abandoned => "lease_until",
        }
    }
}

/// When the first message of each set is due, in the order of [`Claimable::ALL`].
fn due_times(conn: &mut Conn, queue: &Queue) -> Result<[Option<i64>; 4], StorageError> {
    let mut query = StaticSql::<(Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>)>::new();
    for (separator, set) in ["SELECT ", ", ", ", ", ", "].into_iter().zip(Claimable::ALL) {
        query = query.sql(separator).sql("(SELECT min(").sql(set.due()).sql(") FROM outbox_messages WHERE queue = ");
        query = query.text(queue.as_str()).sql(" AND ").sql(set.condition()).sql(")");
    }
    let (first_attempts, retries, abandoned, unanswered) = query.get_result(conn)?;
    Ok([first_attempts, retries, abandoned, unanswered])
}

/// When the next message in these queues is due, possibly in the past; `None` if none is waiting.
pub fn next_due_at(conn: &mut Conn, queues: &[Queue]) -> Result<Option<Timestamp>, StorageError> {
    let mut next: Option<i64> = None;
    for queue in queues {
        next = due_times(conn, queue)?.into_iter().flatten().chain(next).min();
    }
    Ok(next.map(from_micros))
}

/// The number of messages in a queue that can be claimed now, at most `limit`.
pub fn count_due(conn: &mut Conn, queue: &Queue, now: Timestamp, limit: usize) -> Result<usize, StorageError> {
    let mut query = StaticSql::<BigInt>::new().sql("SELECT count(*) FROM (");
    for (separator, set) in ["", " UNION ALL ", " UNION ALL ", " UNION ALL "].into_iter().zip(Claimable::ALL) {
        query = query.sql(separator).sql("SELECT id FROM outbox_messages WHERE queue = ").text(queue.as_str());
        query = query.sql(" AND ").sql(set.condition()).sql(" AND ").sql(set.due()).sql(" <= ").number(to_micros(now));
    }
    let query = query.sql(" LIMIT ").number(i64::try_from(limit).unwrap_or(i64::MAX)).sql(") AS due");
    let count: i64 = query.get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Claims a due message for `owner`; `None` if none is due that others have not claimed. Never waits. Messages of the class
/// `first` precede the others, whichever queue they are in, and within a class earlier queues precede later ones; an
/// endpoint's webhooks are claimed in the order in which they became due.
pub fn claim_next(
    tx: &mut Tx<'_>,
    owner: &str,
    queues: &[Queue],
    first: RetryClass,
    now: Timestamp,
) -> Result<Option<OutboxMessage>, StorageError> {
    let mut times = Vec::new();
    for queue in queues {
        times.push((queue, due_times(tx, queue)?));
    }
    let mut due: Vec<(&Queue, Claimable, i64)> = Vec::new();
    for class in first.order() {
        for (queue, times) in &times {
            let sets = Claimable::of(class).iter().filter_map(|set| Some((*set, times.get(*set as usize).copied()??)));
            due.extend(sets.filter(|(_, at)| *at <= to_micros(now)).map(|(set, at)| (*queue, set, at)));
        }
    }
    if !queues.iter().all(Queue::is_mail) {
        due.sort_by_key(|(_, _, at)| *at);
    }
    for (queue, set, _) in due {
        let id = dialect::lock_first_due(tx, queue, set.condition(), set.due(), to_micros(now))?;
        if let Some(id) = id {
            return claim(tx, &id, owner, now);
        }
    }
    Ok(None)
}

/// Claims a message for `owner` until the lease ends; `None` if it is not due or another worker was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    id: &MessageId,
    owner: &str,
    now: Timestamp,
) -> Result<Option<OutboxMessage>, StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let is_due = outbox_messages::state
        .eq(MessageState::Queued.as_str())
        .and(outbox_messages::next_attempt_at.le(to_micros(now)));
    let is_abandoned = outbox_messages::state
        .eq(MessageState::Sending.as_str())
        .and(outbox_messages::lease_until.le(to_micros(now)).assume_not_null());
    let is_unanswered = outbox_messages::state
        .eq(MessageState::Unknown.as_str())
        .and(outbox_messages::finished_at.is_null())
        .and(outbox_messages::next_attempt_at.le(to_micros(now)));
    let is_claimable = is_due.or(is_abandoned).or(is_unanswered);
    let claimed = diesel::update(outbox_messages::table.find(id.as_str()).filter(is_claimable))
        .set((
            outbox_messages::state.eq(MessageState::Sending.as_str()),
            outbox_messages::attempts.eq(outbox_messages::attempts + 1),
            outbox_messages::lease_owner.eq(owner),
            outbox_messages::lease_until.eq(to_micros(until)),
        ))
        .cached()
        .execute(conn)?;
    if claimed == 0 { Ok(None) } else { super::find(conn, id).map(Some) }
}

/// Records the outcome of an attempt and ends the lease; `false` if it was lost to another worker.
pub fn settle(tx: &mut Tx<'_>, id: &MessageId, owner: &str, progress: &Progress) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        outbox_messages::table
            .find(id.as_str())
            .filter(
                outbox_messages::state
                    .eq(MessageState::Sending.as_str())
                    .or(outbox_messages::state.eq(MessageState::Unknown.as_str())),
            )
            .filter(outbox_messages::lease_owner.eq(owner)),
    )
    .set((
        outbox_messages::state.eq(progress.state.as_str()),
        outbox_messages::next_attempt_at.eq(to_micros(progress.next_attempt_at)),
        outbox_messages::attempts.eq(progress.attempts),
        outbox_messages::unanswered.eq(progress.unanswered),
        outbox_messages::last_status.eq(progress.status),
        outbox_messages::last_reply.eq(progress.reply.as_deref()),
        outbox_messages::finished_at.eq(progress.finished_at.map(to_micros)),
        outbox_messages::lease_owner.eq(None::<String>),
        outbox_messages::lease_until.eq(None::<i64>),
    ))
    .cached()
    .execute(conn)?;
    Ok(changed == 1)
}

/// Extends the lease of a message that `owner` is sending.
pub fn renew(tx: &mut Tx<'_>, id: &MessageId, owner: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    diesel::update(
        outbox_messages::table
            .find(id.as_str())
            .filter(outbox_messages::state.eq(MessageState::Sending.as_str()))
            .filter(outbox_messages::lease_owner.eq(owner)),
    )
    .set(outbox_messages::lease_until.eq(to_micros(until)))
    .execute(conn)?;
    Ok(())
}

/// Notes that `owner` waits for the answer to a message and that it may have been taken. What the owner settles later
/// still counts. `false` if the owner is no longer sending it.
pub fn note_unanswered(
    tx: &mut Tx<'_>,
    id: &MessageId,
    owner: &str,
    progress: &Progress,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        outbox_messages::table
            .find(id.as_str())
            .filter(outbox_messages::state.eq(MessageState::Sending.as_str()))
            .filter(outbox_messages::lease_owner.eq(owner)),
    )
    .set((
        outbox_messages::state.eq(MessageState::Unknown.as_str()),
        outbox_messages::next_attempt_at.eq(to_micros(progress.next_attempt_at)),
        outbox_messages::unanswered.eq(progress.unanswered),
        outbox_messages::finished_at.eq(progress.finished_at.map(to_micros)),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Cancels what waits in a queue whose receiver is removed.
pub(crate) fn cancel_queued(tx: &mut Tx<'_>, queue: &Queue, now: Timestamp) -> Result<(), StorageError> {
    let mut query = StaticSql::<Text>::new();
    for (separator, set) in ["", " UNION ALL "].into_iter().zip([Claimable::FirstAttempts, Claimable::Retries]) {
        query = query.sql(separator).sql("SELECT id FROM outbox_messages WHERE queue = ").text(queue.as_str());
        query = query.sql(" AND ").sql(set.condition());
    }
    let ids: Vec<String> = query.load(tx)?;
    let conn: &mut Conn = tx;
    for id in ids {
        let message = outbox_messages::table.find(id);
        diesel::update(message.filter(outbox_messages::state.eq(MessageState::Queued.as_str())))
            .set((
                outbox_messages::state.eq(MessageState::Cancelled.as_str()),
                outbox_messages::finished_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    }
    Ok(())
}
