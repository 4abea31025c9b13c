//! Figures for the frame, the overview and the metrics. Counts are capped, so that none scans a table.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::Conn;
use super::error::StorageError;
use super::schema::{grants, outbox_messages};
use super::time::{from_micros, to_micros};
use crate::domain::grant::GrantStatus;
use crate::domain::outbox::MessageState;

/// Counts stop here and are shown as "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// Pending grants, at most [`COUNT_CAP`] + 1.
pub fn pending_count(conn: &mut Conn) -> Result<i64, StorageError> {
    let ids: Vec<i64> = grants::table
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .limit(COUNT_CAP + 1)
        .select(grants::created_at)
        .load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(COUNT_CAP + 1))
}

/// What the overview shows of the waiting line.
#[derive(Debug, Clone, Default)]
pub struct WaitingFigures {
    pub oldest_created_at: Option<Timestamp>,
    pub pending: i64,
    /// Pending for longer than the target.
    pub late: i64,
}

/// The waiting line at a moment before which waiting grants count as late.
pub fn waiting(conn: &mut Conn, late_before: Timestamp) -> Result<WaitingFigures, StorageError> {
    let waiting: Vec<i64> = grants::table
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .order((grants::created_at.asc(), grants::id.asc()))
        .limit(COUNT_CAP + 1)
        .select(grants::created_at)
        .load(conn)?;
    let late = waiting.iter().filter(|at| **at < to_micros(late_before)).count();
    Ok(WaitingFigures {
        oldest_created_at: waiting.first().map(|at| from_micros(*at)),
        pending: i64::try_from(waiting.len()).unwrap_or(COUNT_CAP + 1),
        late: i64::try_from(late).unwrap_or(COUNT_CAP + 1),
    })
}

/// When grants that were delivered since a moment were sold and delivered: `(created_at, delivered_at)`,
/// oldest first, the latest 50,000 at most.
pub fn delivered_since(conn: &mut Conn, since: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>, StorageError> {
    let rows: Vec<(i64, Option<i64>)> = grants::table
        .filter(grants::delivered_at.ge(to_micros(since)))
        .order(grants::delivered_at.desc())
        .limit(50_000)
        .select((grants::created_at, grants::delivered_at))
        .load(conn)?;
    let mut pairs: Vec<_> = rows
        .into_iter()
        .filter_map(|(created, delivered)| delivered.map(|delivered| (from_micros(created), from_micros(delivered))))
        .collect();
    pairs.reverse();
    Ok(pairs)
}

/// Messages that wait to be sent or are being sent.
pub fn outbox_depth(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(outbox_messages::table.filter(outbox_messages::state.eq_any(unfinished())).count().get_result(conn)?)
}

/// When the oldest unsent message was written.
pub fn outbox_oldest(conn: &mut Conn) -> Result<Option<Timestamp>, StorageError> {
    let oldest: Option<i64> = outbox_messages::table
        .filter(outbox_messages::state.eq_any(unfinished()))
        .order(outbox_messages::created_at.asc())
        .select(outbox_messages::created_at)
        .first(conn)
        .optional()?;
    Ok(oldest.map(from_micros))
}

fn unfinished() -> [&'static str; 2] {
    [MessageState::Queued.as_str(), MessageState::Sending.as_str()]
}
