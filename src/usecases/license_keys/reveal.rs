//! Revealing a key: returns it in plaintext after recording it in the audit log.

use std::fmt;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{GrantId, RevealId};
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::license_keys::{self, reveals};
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub enum RevealLicenseKeyError {
    GrantNotFound,
    NoKey,
    /// The actor's role may not see keys.
    Forbidden,
    Storage(StorageError),
}

impl fmt::Display for RevealLicenseKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GrantNotFound => f.write_str("there is no such grant"),
            Self::NoKey => f.write_str("the grant has no key"),
            Self::Forbidden => f.write_str("the actor may not see keys"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl From<StorageError> for RevealLicenseKeyError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Returns the grant's key in plaintext, after the audit entry is committed. The reason, if given, is stored outside
/// the log, because it may name a person.
pub fn reveal_license_key(
    ctx: &Context,
    grant_id: &GrantId,
    reason: Option<&str>,
    actor: &Actor,
) -> Result<LicenseKeyValue, RevealLicenseKeyError> {
    if !actor.may(ctx.config.reveal) {
        return Err(RevealLicenseKeyError::Forbidden);
    }
    ctx.db.write(|tx| {
        let grant = grants::find(tx, grant_id)?;
        let id = grant.license_key_id.ok_or(RevealLicenseKeyError::NoKey)?;
        let mut changes = vec![Change::set("license_key_id", &id)];
        if let Some(staff_id) = actor.staff_id() {
            let reveal_id = RevealId::random();
            reveals::insert(tx, &reveal_id, grant_id, staff_id, reason, ctx.clock.now())?;
            changes.push(Change::set("reveal_id", &reveal_id));
        }
        grants::undo::note_seen(tx, &[&id])?;
        // The delivery may have been undone at this moment.
        let sealed = license_keys::find_sealed(tx, &id).map_err(|error| match error {
            StorageError::NotFound => RevealLicenseKeyError::NoKey,
            other => other.into(),
        })?;
        let key = sealed.open(&ctx.keyring)?.ok_or(RevealLicenseKeyError::NoKey)?;
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on_grant(actor, AuditAction::GrantReveal, grant_id, changes),
            ctx.clock.now(),
        )?;
        Ok(key)
    })
}
