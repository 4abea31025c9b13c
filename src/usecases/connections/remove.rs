//! Removing a connection. What was mirrored through it stays, as Keydesk's own.

use super::entry;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::Connection;
use crate::domain::ids::ConnectionId;
use crate::domain::outbox::Queue;
use crate::storage::connections::{figures, rows};
use crate::storage::outbox::queue::cancel_queued;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum RemoveConnectionError {
    /// So many keys are on their way: whether they have arrived would never be known.
    OnTheWay(i64),
    Storage(StorageError),
}

impl From<StorageError> for RemoveConnectionError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Removes the connection and returns what it was; `NotFound` if there is none.
pub(crate) fn remove_connection(
    ctx: &Context,
    id: &ConnectionId,
    actor: &Actor,
) -> Result<Connection, RemoveConnectionError> {
    ctx.db.write(|tx| {
        let connection = rows::lock(tx, id)?;
        let figures = figures::of(tx, id)?;
        if figures.on_the_way > 0 {
            return Err(RemoveConnectionError::OnTheWay(figures.on_the_way));
        }
        let now = ctx.clock.now();
        cancel_queued(tx, &Queue::Connection(id.clone()), now)?;
        rows::remove(tx, id)?;
        let changes = vec![Change::set("name", &connection.name), Change::set("waiting", figures.waiting)];
        audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::ConnectionRemove, id, changes), now)?;
        Ok(connection)
    })
}
