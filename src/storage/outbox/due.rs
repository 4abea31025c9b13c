//! Selecting the next message. Messages that were never attempted have a queue of their own, so that a mass of retries
//! cannot delay them. Each queue has a partial index that excludes finished messages.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use jiff::Timestamp;

use crate::domain::outbox::{Lane, OutboxMessage};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::db::{Tx, dialect};
use crate::storage::sql::static_sql::StaticSql;

/// A queue of messages that can be claimed.
#[derive(Debug, Clone, Copy)]
enum Line {
    Fresh,
    Retries,
    /// Messages whose worker let its lease expire.
    Abandoned,
}

impl Line {
    const ALL: [Self; 3] = [Self::Fresh, Self::Retries, Self::Abandoned];

    fn of(lane: Lane) -> &'static [Self] {
        match lane {
            Lane::Fresh => &[Self::Fresh],
            Lane::Again => &[Self::Abandoned, Self::Retries],
        }
    }

    /// The literal condition of the queue's partial index: planners do not use the index if a value is bound.
    fn condition(self) -> &'static str {
        match self {
            Self::Fresh => "state = 'queued' AND attempts = 0",
            Self::Retries => "state = 'queued' AND attempts > 0",
            Self::Abandoned => "state = 'sending'",
        }
    }

    /// The column with the time from which a message in this queue may be claimed.
    fn due(self) -> &'static str {
        match self {
            Self::Fresh | Self::Retries => "next_attempt_at",
            Self::Abandoned => "lease_until",
        }
    }
}

/// Claims the message that has been due longest, from the lane `first` or else from the other; `None` if none is due
/// that others have not claimed. Never waits.
pub fn claim_next(
    tx: &mut Tx<'_>,
    owner: &str,
    first: Lane,
    now: Timestamp,
) -> Result<Option<OutboxMessage>, StorageError> {
    for line in first.order().into_iter().flat_map(Line::of) {
        if let Some(id) = dialect::lock_first_due(tx, line.condition(), line.due(), to_micros(now))? {
            return super::claim(tx, &id, owner, now);
        }
    }
    Ok(None)
}

/// When the next waiting message is due, possibly in the past.
pub fn next_due_at(conn: &mut Conn) -> Result<Option<Timestamp>, StorageError> {
    let mut query = StaticSql::<(Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>)>::new();
    for (separator, line) in ["SELECT ", ", ", ", "].into_iter().zip(Line::ALL) {
        query = query.sql(separator).sql("(SELECT min(").sql(line.due()).sql(") FROM outbox_messages WHERE ");
        query = query.sql(line.condition()).sql(")");
    }
    let (fresh, retries, abandoned): (Option<i64>, Option<i64>, Option<i64>) = query.get_result(conn)?;
    Ok([fresh, retries, abandoned].into_iter().flatten().min().map(from_micros))
}
