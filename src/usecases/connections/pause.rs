//! Pausing a connection, and resuming it.

use super::entry;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::ids::ConnectionId;
use crate::storage::connections::rows;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// Pauses the connection; pausing it again changes nothing.
pub(crate) fn pause_connection(ctx: &Context, id: &ConnectionId, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let connection = rows::lock(tx, id)?;
        if connection.state == ConnectionState::Paused {
            return Ok(());
        }
        set_state(ctx, tx, connection, ConnectionState::Paused, actor)
    })
}

/// Resumes the connection, which is polled at once; resuming one that is not paused changes nothing.
pub(crate) fn resume_connection(ctx: &Context, id: &ConnectionId, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let connection = rows::lock(tx, id)?;
        if connection.state != ConnectionState::Paused {
            return Ok(());
        }
        // It may have been broken before: a pause does not mend it.
        let is_broken = connection.broken_reason.is_some();
        let state = if is_broken { ConnectionState::Broken } else { ConnectionState::Active };
        set_state(ctx, tx, connection, state, actor)
    })
}

fn set_state(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: Connection,
    state: ConnectionState,
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let change = Change::new("state", Some(connection.state.as_str()), Some(state.as_str()));
    let changed = Connection { state, next_poll_at: now, updated_at: now, ..connection };
    rows::update(tx, &changed)?;
    if state != ConnectionState::Paused {
        rows::note_poll(tx, &changed)?;
        // What waited in its queue is due.
        tx.wake_outbox();
    }
    let action = match state {
        ConnectionState::Paused => AuditAction::ConnectionPause,
        _ => AuditAction::ConnectionResume,
    };
    audit_log::append(tx, &ctx.keyring, &entry(actor, action, &changed.id, vec![change]), now)
}
