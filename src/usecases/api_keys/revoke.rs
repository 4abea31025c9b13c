//! Revoking an API key: it is rejected from the next request on.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::ApiKeyId;
use crate::storage::{StorageError, api_keys, audit_log};
use crate::usecases::context::Context;

/// Revokes the key; `false` if it was already revoked, `NotFound` if there is none.
pub fn revoke_api_key(ctx: &Context, id: &ApiKeyId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let key = api_keys::find(tx, id)?;
        if !api_keys::revoke(tx, id, now)? {
            return Ok(false);
        }
        let changes = vec![Change::new("status", Some(key.status(now).as_str()), Some("revoked"))];
        let entry = NewAuditEntry::on(actor, AuditAction::ApiKeyRevoke, ObjectKind::ApiKey, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
