//! Sending what a delivery was to send later: it can no longer be undone.

use super::window::end_window;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::ids::GrantId;
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

/// Makes the e-mail and the webhooks of the delivery due; `false` if nothing waits any longer.
pub(crate) fn send_now(ctx: &Context, grant_id: &GrantId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let now = ctx.clock.now();
        if !end_window(tx, grant_id, now)? {
            return Ok(false);
        }
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantSendNow, grant_id, Vec::new());
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
