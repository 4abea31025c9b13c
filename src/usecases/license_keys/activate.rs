//! Activating: software uses one of its key's activations for a device.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::domain::license_key::presented::PresentedKey;
use crate::storage::catalog::entitlements;
use crate::storage::license_keys::{self, activations, lookup};
use crate::storage::{Conn, StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};
use crate::usecases::license_keys::look_up::{IssuedValue, look_up};

/// A request to activate a key on a device.
#[derive(Debug, Clone)]
pub struct ActivateLicenseKey {
    pub key: PresentedKey,
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

/// The activation of a device.
#[derive(Debug, Clone)]
pub struct Activated {
    pub id: LicenseKeyInstanceId,
    /// Whether other customers have the same key: then whoever activated it must not learn who this one's customer is.
    pub is_shared: bool,
}

/// Creates the instance. Of keys that several customers share, the oldest with an activation left is used. If two requests compete for the last activation, one of them gets it.
pub fn activate_license_key(ctx: &Context, command: &ActivateLicenseKey) -> Result<Activated, ActivateLicenseKeyError> {
    let known = ctx.db.read(|conn| look_up(ctx, conn, &command.key))?;
    let known = known.ok_or(ActivateLicenseKeyError::UnknownKey)?;
    let idempotency_key = command.idempotency_key.clone().map(|(key, fingerprint)| IdempotencyKey {
        scope: known.oldest.id.to_string(),
        key,
        fingerprint,
    });
    let made = run_once(ctx, idempotency_key.as_ref(), |tx| activate(ctx, tx, &known, command))?;
    let is_shared = ctx.db.read(|conn| is_shared(conn, &known))?;
    Ok(Activated { id: LicenseKeyInstanceId::stored(made.id), is_shared })
}

/// Whether other customers have the same key, or may get it.
fn is_shared(conn: &mut Conn, known: &IssuedValue) -> Result<bool, StorageError> {
    if lookup::is_shared(conn, &known.hash)? {
        return Ok(true);
    }
    let Some(grant_id) = license_keys::grant_of(conn, &known.oldest.id)? else { return Ok(false) };
    let grant = grants::find(conn, &grant_id)?;
    Ok(entitlements::find(conn, &grant.entitlement_id)?.config.shares_key())
}

/// Uses an activation of the oldest key that has one, and returns that key's id.
fn take_place(
    tx: &mut Tx<'_>,
    known: &IssuedValue,
    now: jiff::Timestamp,
) -> Result<LicenseKeyId, ActivateLicenseKeyError> {
    let mut next = Some(known.oldest.id.clone());
    while let Some(id) = next {
        if activations::take_place(tx, &id, now)? {
            return Ok(id);
        }
        next = lookup::find_usable(tx, &known.hash, None, true, now)?;
    }
    Err(match lookup::find_usable(tx, &known.hash, None, false, now)? {
        Some(_) => ActivateLicenseKeyError::LimitReached,
        None => ActivateLicenseKeyError::Inactive,
    })
}

fn activate(
    ctx: &Context,
    tx: &mut Tx<'_>,
    known: &IssuedValue,
    command: &ActivateLicenseKey,
) -> Result<String, ActivateLicenseKeyError> {
    let now = ctx.clock.now();
    let key_id = take_place(tx, known, now)?;
    let instance = LicenseKeyInstance {
        id: LicenseKeyInstanceId::random(),
        license_key_id: key_id.clone(),
        name: command.name.clone(),
        created_at: now,
    };
    activations::insert(tx, &instance)?;
    let entry = NewAuditEntry {
        grant_id: license_keys::grant_of(tx, &key_id)?,
        ..NewAuditEntry::on(
            &command.actor,
            AuditAction::LicenseKeyInstanceActivate,
            ObjectKind::LicenseKeyInstance,
            &instance.id,
            vec![Change::set("license_key_id", &key_id)],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(instance.id.to_string())
}
