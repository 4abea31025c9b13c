//! Who is next: messages that were never tried stand in a line of their own, so that no mass of
//! retries holds them up. Each line has an index that knows nothing of finished messages.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use jiff::Timestamp;

use crate::domain::outbox::{Lane, OutboxMessage};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::db::{Tx, dialect};
use crate::storage::sql::static_sql::KeptSql;

/// A line of messages that wait to be claimed.
#[derive(Debug, Clone, Copy)]
enum Line {
    Fresh,
    Retries,
    /// Their worker let its lease run out.
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

    /// In the words of the line's index: planners do not look for it where a value is bound.
    fn condition(self) -> &'static str {
        match self {
            Self::Fresh => "state = 'queued' AND attempts = 0",
            Self::Retries => "state = 'queued' AND attempts > 0",
            Self::Abandoned => "state = 'sending'",
        }
    }

    /// The column that tells when a message of this line may be claimed.
    fn due(self) -> &'static str {
        match self {
            Self::Fresh | Self::Retries => "next_attempt_at",
            Self::Abandoned => "lease_until",
        }
    }
}

/// Claims the message that is due longest, of `first` or else of the other lane; `None` where none is
/// due that nobody else has in hand. Waits for nobody.
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

/// When the next message that waits will be due, or was.
pub fn next_due_at(conn: &mut Conn) -> Result<Option<Timestamp>, StorageError> {
    let mut query = KeptSql::<(Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>)>::new();
    for (separator, line) in ["SELECT ", ", ", ", "].into_iter().zip(Line::ALL) {
        query = query.sql(separator).sql("(SELECT min(").sql(line.due()).sql(") FROM outbox_messages WHERE ");
        query = query.sql(line.condition()).sql(")");
    }
    let (fresh, retries, abandoned): (Option<i64>, Option<i64>, Option<i64>) = query.get_result(conn)?;
    Ok([fresh, retries, abandoned].into_iter().flatten().min().map(from_micros))
}
