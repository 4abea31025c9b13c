//! Activating: software uses one of its key's activations for a device.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeyValue};
use crate::storage::license_keys::{self, activations};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// A request to activate a key on a device.
#[derive(Debug, Clone)]
pub struct ActivateLicenseKey {
    pub key: LicenseKeyValue,
    /// The name that the software gives the device.
    pub name: String,
    /// The request's idempotency key and fingerprint; the scope is the license key.
    pub idempotency_key: Option<(String, [u8; 32])>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum ActivateLicenseKeyError {
    UnknownKey,
    /// The key is disabled or expired, or its grant is revoked.
    Inactive,
    LimitReached,
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for ActivateLicenseKeyError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdempotencyMismatch> for ActivateLicenseKeyError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for ActivateLicenseKeyError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Creates the instance. If two requests compete for the last activation, one of them gets it.
pub fn activate_license_key(
    ctx: &Context,
    command: &ActivateLicenseKey,
) -> Result<LicenseKeyInstanceId, ActivateLicenseKeyError> {
    let hash = ctx.keyring.lookup_hash(command.key.expose());
    let known = ctx.db.read(|conn| license_keys::find_summary_by_hash(conn, &hash))?;
    let key_id = known.ok_or(ActivateLicenseKeyError::UnknownKey)?.id;
    let idempotency_key = command.idempotency_key.clone().map(|(key, fingerprint)| IdempotencyKey {
        scope: key_id.to_string(),
        key,
        fingerprint,
    });
    let made = run_once(ctx, idempotency_key.as_ref(), |tx| activate(ctx, tx, &key_id, command))?;
    Ok(LicenseKeyInstanceId::stored(made.id))
}

fn activate(
    ctx: &Context,
    tx: &mut Tx<'_>,
    key_id: &LicenseKeyId,
    command: &ActivateLicenseKey,
) -> Result<String, ActivateLicenseKeyError> {
    let now = ctx.clock.now();
    if !activations::take_place(tx, key_id, now)? {
        let key = license_keys::find(tx, key_id)?;
        return Err(match key.status(now) {
            LicenseKeyStatus::Active => ActivateLicenseKeyError::LimitReached,
            LicenseKeyStatus::Expired | LicenseKeyStatus::Disabled => ActivateLicenseKeyError::Inactive,
        });
    }
    let instance = LicenseKeyInstance {
        id: LicenseKeyInstanceId::random(),
        license_key_id: key_id.clone(),
        name: command.name.clone(),
        created_at: now,
    };
    activations::insert(tx, &instance)?;
    let entry = NewAuditEntry {
        grant_id: license_keys::grant_of(tx, key_id)?,
        ..NewAuditEntry::on(
            &command.actor,
            AuditAction::LicenseKeyInstanceActivate,
            ObjectKind::LicenseKeyInstance,
            &instance.id,
            vec![Change::set("license_key_id", key_id)],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(instance.id.to_string())
}
