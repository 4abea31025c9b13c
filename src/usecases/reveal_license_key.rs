//! Revealing: a key in clear for the person who asks, written to the log first.

use std::fmt;

use super::context::Context;
use super::deliver::place;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{GrantId, LicenseKeyId, RevealId};
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::{Conn, StorageError, audit, grants, license_keys, reveals};

#[derive(Debug)]
pub enum RevealLicenseKeyError {
    GrantNotFound,
    NoKey,
    /// The stored key does not open: it was changed, moved, or sealed with another secret.
    Unreadable(String),
    Storage(StorageError),
}

impl fmt::Display for RevealLicenseKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GrantNotFound => f.write_str("there is no such grant"),
            Self::NoKey => f.write_str("the grant has no key"),
            Self::Unreadable(cause) => write!(f, "the stored key does not open: {cause}"),
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

/// Gives the grant's key in clear, once the audit entry is safe. The reason, where one is given, is
/// kept beside the log: it may name somebody.
pub fn reveal_license_key(
    ctx: &Context,
    grant_id: &GrantId,
    reason: Option<&str>,
    actor: &Actor,
) -> Result<LicenseKeyValue, RevealLicenseKeyError> {
    ctx.db.write(|tx| {
        let grant = grants::find(tx, grant_id)?;
        let id = grant.license_key_id.ok_or(RevealLicenseKeyError::NoKey)?;
        let key = open_license_key(ctx, tx, &id)?;
        let mut changes = vec![Change::set("license_key_id", &id)];
        if let Some(staff_id) = actor.staff_id() {
            let reveal_id = RevealId::random();
            reveals::insert(tx, &reveal_id, grant_id, staff_id, reason, ctx.clock.now())?;
            changes.push(Change::set("reveal_id", &reveal_id));
        }
        audit::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on_grant(actor, AuditAction::GrantReveal, grant_id, changes),
            ctx.clock.now(),
        )?;
        Ok(key)
    })
}

/// Opens a stored key without an audit entry: for the e-mail that delivers it.
pub fn open_license_key(
    ctx: &Context,
    conn: &mut Conn,
    id: &LicenseKeyId,
) -> Result<LicenseKeyValue, RevealLicenseKeyError> {
    let sealed = license_keys::ciphertext(conn, id)?;
    if sealed.is_empty() {
        // Its customer was erased.
        return Err(RevealLicenseKeyError::NoKey);
    }
    let unreadable = |cause: String| RevealLicenseKeyError::Unreadable(format!("{id}: {cause}"));
    let bytes = ctx.keyring.open(&place(id), &sealed).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map(LicenseKeyValue::stored).map_err(|error| unreadable(error.utf8_error().to_string()))
}
