//! Marking a grant that is out of step as seen.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{ConnectionId, GrantId};
use crate::storage::connections::mirrored;
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

/// Clears what is out of step; `false` if nothing is. `NotFound` if the grant is not mirrored through the connection.
pub(crate) fn mark_step_seen(
    ctx: &Context,
    connection_id: &ConnectionId,
    grant_id: &GrantId,
    actor: &Actor,
) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let mirrored = mirrored::grant(tx, grant_id)?.filter(|mirrored| mirrored.connection_id == *connection_id);
        let Some(trouble) = mirrored.ok_or(StorageError::NotFound)?.trouble else { return Ok(false) };
        let now = ctx.clock.now();
        mirrored::set_trouble(tx, grant_id, None, now)?;
        let changes = vec![Change::new("trouble", Some(trouble.as_str()), None)];
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantStepSeen, grant_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
