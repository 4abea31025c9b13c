//! The messages of a delivery that wait until it can no longer be undone: calling them back, and sending them at once.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::GrantId;
use crate::domain::outbox::{MessageKind, MessageState};
use crate::domain::webhook::EventType;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::outbox_messages;

/// A message that nobody has attempted to send.
macro_rules! untouched {
    ($id:expr) => {
        outbox_messages::table
            .find($id)
            .filter(outbox_messages::state.eq(MessageState::Queued.as_str()))
            .filter(outbox_messages::attempts.eq(0))
    };
}

/// The messages of a delivery: their ids, kinds and states.
fn of_delivery(
    conn: &mut Conn,
    grant_id: &GrantId,
    opened_at: Timestamp,
) -> Result<Vec<(String, String, String)>, StorageError> {
    let events = [EventType::LicenseKeyCreated.as_str(), EventType::GrantDelivered.as_str()];
    let is_email = outbox_messages::kind.eq(MessageKind::LicenseKeyDelivered.as_str()).nullable();
    let is_of_delivery = is_email.or(outbox_messages::event_type.eq_any(events));
    Ok(outbox_messages::table
        .filter(outbox_messages::grant_id.eq(grant_id.as_str()))
        .filter(outbox_messages::created_at.ge(to_micros(opened_at)))
        .filter(is_of_delivery)
        .select((outbox_messages::id, outbox_messages::kind, outbox_messages::state))
        .load(conn)?)
}

/// Cancels everything that a delivery was to send; `false` if something of it has left, or its e-mail was called off. The
/// transaction is to fail then.
pub(crate) fn call_back(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    opened_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let messages = of_delivery(tx, grant_id, opened_at)?;
    let conn: &mut Conn = tx;
    let mut has_email = false;
    for (id, kind, state) in messages {
        let is_email = kind == MessageKind::LicenseKeyDelivered.as_str();
        // Its endpoint is gone, or it is of a delivery that was undone: nothing leaves.
        if state == MessageState::Cancelled.as_str() {
            continue;
        }
        let cancelled = diesel::update(untouched!(&id))
            .set((
                outbox_messages::state.eq(MessageState::Cancelled.as_str()),
                outbox_messages::finished_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
        if cancelled == 0 {
            return Ok(false);
        }
        has_email |= is_email;
    }
    Ok(has_email)
}

/// Makes everything due that a delivery was to send later, before whatever is due now; returns how many messages.
pub(crate) fn release(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    opened_at: Timestamp,
    now: Timestamp,
) -> Result<usize, StorageError> {
    let messages = of_delivery(tx, grant_id, opened_at)?;
    tx.wake_outbox();
    let conn: &mut Conn = tx;
    let mut released = 0;
    for (id, _, _) in messages {
        let waiting = untouched!(&id).filter(outbox_messages::next_attempt_at.gt(to_micros(now)));
        released +=
            diesel::update(waiting).set(outbox_messages::next_attempt_at.eq(to_micros(opened_at))).execute(conn)?;
    }
    Ok(released)
}
