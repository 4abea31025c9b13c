//! Importing a key that was issued elsewhere. It belongs to a customer and a product but to no grant, and no e-mail is
//! sent.

use jiff::Timestamp;

use super::find::note_duplicate;
use super::inspect::{note_similar, of_product};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{CustomerId, LicenseKeyId, ProductId};
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue, masked};
use crate::domain::webhook::EventType;
use crate::storage::catalog::products;
use crate::storage::customers::erasure;
use crate::storage::db::dialect;
use crate::storage::license_keys::{self, KeyIndex, NewLicenseKey, associated_data, lookup};
use crate::storage::{StorageError, Tx, audit_log, stock};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, Outcome, run_once};
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// The checked input.
#[derive(Debug, Clone)]
pub(crate) struct ImportLicenseKey {
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub key: LicenseKeyValue,
    pub activations_limit: Option<ActivationsLimit>,
    pub expires_at: Option<Timestamp>,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum ImportLicenseKeyError {
    CustomerNotFound,
    ProductNotFound,
    /// The customer was erased; nothing more can be issued to them.
    CustomerErased,
    KeyAlreadyUsed,
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for ImportLicenseKeyError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdempotencyMismatch> for ImportLicenseKeyError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for ImportLicenseKeyError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Stores the key; each value can be issued only once in the whole business. Returns the key's id, whether the same
/// request stored it before, and what looks wrong about the key, which is accepted all the same.
pub(crate) fn import_license_key(
    ctx: &Context,
    command: &ImportLicenseKey,
) -> Result<(Outcome, Inspection), ImportLicenseKeyError> {
    let found = ctx.db.read(|conn| of_product(ctx, conn, &command.key, &command.product_id, &command.actor))?;
    let made = run_once(ctx, command.idempotency_key.as_ref(), |tx| import(ctx, tx, command, &found));
    if matches!(made, Err(ImportLicenseKeyError::KeyAlreadyUsed)) {
        note_duplicate(ctx, &command.key, &command.actor)?;
    }
    Ok((made?, found))
}

fn import(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &ImportLicenseKey,
    found: &Inspection,
) -> Result<String, ImportLicenseKeyError> {
    let missing = |error: StorageError, what: ImportLicenseKeyError| match error {
        StorageError::NotFound => what,
        other => other.into(),
    };
    let is_erased = erasure::is_erased(tx, &command.customer_id)
        .map_err(|error| missing(error, ImportLicenseKeyError::CustomerNotFound))?;
    if is_erased {
        return Err(ImportLicenseKeyError::CustomerErased);
    }
    products::find(tx, &command.product_id).map_err(|error| missing(error, ImportLicenseKeyError::ProductNotFound))?;
    let index = KeyIndex::of(&ctx.keyring, &command.key, false);
    dialect::hold_values_for_issuing(tx)?;
    // Stock first: a value moves from there to the license keys.
    if stock::lookup::has_value(tx, &index.value_hash)? {
        return Err(ImportLicenseKeyError::KeyAlreadyUsed);
    }
    // Such a key belongs to no entitlement, so none can share it.
    let Ok(copy) = lookup::next_copy(tx, &index.value_hash, None)? else {
        return Err(ImportLicenseKeyError::KeyAlreadyUsed);
    };
    let now = ctx.clock.now();
    let id = LicenseKeyId::random();
    let new_key = NewLicenseKey {
        id: &id,
        is_link: false,
        customer_id: &command.customer_id,
        product_id: &command.product_id,
        ciphertext: &ctx.keyring.seal(&associated_data(&id), command.key.expose().as_bytes()),
        index: &index,
        copy,
        source: LicenseKeySource::Import,
        activations_limit: command.activations_limit.map(ActivationsLimit::get),
        expires_at: command.expires_at,
        expires_zone: None,
        expiry_source: None,
        payment_id: None,
        subscription_id: None,
    };
    license_keys::insert(tx, &new_key, now)?;
    let mut changes = vec![
        Change::set("license_key", masked(&index.last_four)),
        Change::set("source", LicenseKeySource::Import.as_str()),
        Change::set("customer_id", &command.customer_id),
        Change::set("product_id", &command.product_id),
    ];
    changes.extend(command.activations_limit.map(|limit| Change::set("activations_limit", limit.get())));
    changes.extend(command.expires_at.map(|at| Change::set("expires_at", at)));
    changes.extend((!found.warnings.is_empty()).then(|| Change::set("warnings", found.codes())));
    note_similar(ctx, tx, found, &command.actor)?;
    let entry = NewAuditEntry::on(&command.actor, AuditAction::LicenseKeyCreate, ObjectKind::LicenseKey, &id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    enqueue_webhooks(tx, EventType::LicenseKeyCreated, Subject { grant_id: None, license_key_id: Some(&id) }, now)?;
    Ok(id.to_string())
}
