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
use crate::usecases::mirror::account::account_of;

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

/// Removes the connection, and its webhook at the account if that can be reached, and returns what it was; `NotFound` if
/// there is none.
pub(crate) fn remove_connection(
    ctx: &Context,
    id: &ConnectionId,
    actor: &Actor,
) -> Result<Connection, RemoveConnectionError> {
    let connection = ctx.db.read(|conn| rows::find(conn, id))?;
    let account = if connection.kind.is_shop() { None } else { Some(account_of(ctx, &connection)?) };
    let removed = remove_in(ctx, id, actor)?;
    if let (Some(account), Some(webhook_id)) = (account, &removed.remote_webhook_id)
        && let Err(error) = account.delete_webhook(webhook_id)
    {
        tracing::warn!(connection_id = %id, cause = error.explain(), "the webhook of a removed connection is still there");
    }
    Ok(removed)
}

fn remove_in(ctx: &Context, id: &ConnectionId, actor: &Actor) -> Result<Connection, RemoveConnectionError> {
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
