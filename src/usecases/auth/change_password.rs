//! Changing one's own password. Ends all other access, so that the old password is of no further use.

use super::revoke_access::revoke_access;
use crate::crypto::{self, Password};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::ids::SessionId;
use crate::domain::staff::Staff;
use crate::storage::{StorageError, audit_log, staff};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum ChangePasswordError {
    /// All access was ended while the password was being changed.
    SignedOut,
    Hashing(String),
    Storage(StorageError),
}

impl From<StorageError> for ChangePasswordError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Sets a new password for a person who has confirmed the current one. The session `keep` stays valid, with the
/// returned security stamp.
pub(crate) fn change_password(
    ctx: &Context,
    person: &Staff,
    new: &Password,
    keep: Option<&SessionId>,
    actor: &Actor,
) -> Result<i64, ChangePasswordError> {
    let hash = crypto::hash_password(new).map_err(|error| ChangePasswordError::Hashing(error.to_string()))?;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock_active(tx, &person.id, person.security_stamp)?.ok_or(ChangePasswordError::SignedOut)?;
        staff::set_password_hash(tx, &person.id, &hash, now)?;
        let security_stamp = revoke_access(tx, &person.id, keep)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffChangePassword, ObjectKind::Staff, &person.id, vec![]);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(security_stamp)
    })
}
