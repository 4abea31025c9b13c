//! Changing a connection's settings.

use jiff::SignedDuration;

use super::{entry, facts};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::{Connection, OnRefund, OnTest};
use crate::domain::ids::ConnectionId;
use crate::storage::connections::rows;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// The settings of a connection.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionSettings {
    pub name: String,
    pub poll_every: SignedDuration,
    pub sends_email: bool,
    pub on_refund: OnRefund,
    pub on_test: OnTest,
}

/// Changes the settings to the result of `change`, which receives the connection while it is locked. `NotFound` if there
/// is none.
pub(crate) fn update_connection<E: From<StorageError>>(
    ctx: &Context,
    id: &ConnectionId,
    change: impl Fn(&Connection) -> Result<ConnectionSettings, E>,
    actor: &Actor,
) -> Result<(), E> {
    ctx.db.write(|tx| {
        let before = rows::lock(tx, id)?;
        let ConnectionSettings { name, poll_every, sends_email, on_refund, on_test } = change(&before)?;
        let now = ctx.clock.now();
        let after = Connection { name, poll_every, sends_email, on_refund, on_test, updated_at: now, ..before.clone() };
        let changes: Vec<Change> = facts(&before)
            .into_iter()
            .zip(facts(&after))
            .filter(|(old, new)| old != new)
            .map(|((field, old), (_, new))| Change::new(field, Some(&old), Some(&new)))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        rows::update(tx, &after)?;
        if poll_every < before.poll_every {
            let soon = now.saturating_add(poll_every).unwrap_or(now).min(before.next_poll_at);
            rows::note_poll(tx, &Connection { next_poll_at: soon, ..after })?;
        }
        Ok(audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::ConnectionUpdate, id, changes), now)?)
    })
}
