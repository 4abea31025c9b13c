//! Changing a license key's limit and expiry, and disabling or enabling it.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::note::NoteText;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{ExpirySource, LicenseKey, LicenseKeySummary};
use crate::domain::staff::Role;
use crate::storage::{StorageError, Tx, audit_log, grants, license_keys};
use crate::usecases::context::Context;
use crate::usecases::customers::add_note::{AddNote, AddNoteError, NoteSubject, add_note_in};

/// The fields to change; `None` leaves a field unchanged, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct LicenseKeyChange {
    pub activations_limit: Option<Option<ActivationsLimit>>,
    pub expires_at: Option<Option<Timestamp>>,
    /// The name of the time zone that the new expiry was chosen in.
    pub expires_zone: Option<String>,
    pub is_disabled: Option<bool>,
    /// Why the key is disabled: a note on its grant, or on its customer if it has none.
    pub note: Option<NoteText>,
    /// Fails if the key has another [version](LicenseKeySummary::version): it was changed after the person saw it.
    pub only_version: Option<String>,
}

#[derive(Debug)]
pub enum UpdateLicenseKeyError {
    KeyNotFound,
    /// The limit or the expiry was changed in the meantime.
    ChangedMeanwhile,
    /// More activations are in use than the new limit allows.
    LimitBelowUse {
        used: i32,
    },
    /// The expiry of a subscription's key follows the subscription.
    ExpiryOfSubscription,
    /// The key of a revoked grant is enabled by restoring the grant.
    GrantRevoked,
    /// Only admins may disable or enable a key, or end it with an expiry in the past.
    NeedsAdmin,
    /// The key's customer was erased, and its value with them.
    Erased,
    Storage(StorageError),
}

impl From<StorageError> for UpdateLicenseKeyError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::KeyNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Changes the key, all or nothing; writes no audit entry if nothing changes.
pub fn update_license_key(
    ctx: &Context,
    id: &LicenseKeyId,
    change: &LicenseKeyChange,
    actor: &Actor,
) -> Result<(), UpdateLicenseKeyError> {
    ctx.db.write(|tx| {
        // Concurrent activations wait here, and then see the new limit.
        license_keys::lock(tx, id)?;
        let now = ctx.clock.now();
        let sealed = license_keys::find_sealed(tx, id)?;
        if sealed.is_erased() {
            return Err(UpdateLicenseKeyError::Erased);
        }
        let key = sealed.key;
        if change.only_version.as_ref().is_some_and(|version| *version != key.summary.version()) {
            return Err(UpdateLicenseKeyError::ChangedMeanwhile);
        }
        let is_admin = actor.may(Role::Admin);
        let after = apply(tx, &key, change, is_admin)?;
        if takes_admin(&key.summary, &after, now) && !is_admin {
            return Err(UpdateLicenseKeyError::NeedsAdmin);
        }
        let changes = changes(&key.summary, &after);
        if changes.is_empty() {
            return Ok(());
        }
        license_keys::update(tx, &after, now)?;
        if (after.is_disabled, after.stays_disabled) != (key.summary.is_disabled, key.summary.stays_disabled) {
            license_keys::set_disabled(tx, id, after.is_disabled)?;
        }
        let grant_id = license_keys::grant_of(tx, id)?;
        if let Some(text) = change.note.clone().filter(|_| after.is_disabled && !key.summary.is_disabled) {
            let subject = grant_id.clone().map_or(NoteSubject::Customer(key.customer_id.clone()), NoteSubject::Grant);
            let note = AddNote { subject, text, idempotency_key: None, actor: actor.clone() };
            add_note_in(ctx, tx, &note).map_err(|error| match error {
                AddNoteError::Storage(error) => UpdateLicenseKeyError::Storage(error),
                AddNoteError::Forbidden => UpdateLicenseKeyError::NeedsAdmin,
                AddNoteError::SubjectNotFound | AddNoteError::Erased | AddNoteError::IdempotencyMismatch => {
                    UpdateLicenseKeyError::Erased
                }
            })?;
        }
        let entry = NewAuditEntry {
            grant_id,
            ..NewAuditEntry::on(actor, AuditAction::LicenseKeyUpdate, ObjectKind::LicenseKey, id, changes)
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(())
    })
}

/// Whether the change disables or enables the key, judged on the locked row: a field sent with its current value
/// changes nothing.
fn takes_admin(before: &LicenseKeySummary, after: &LicenseKeySummary, now: Timestamp) -> bool {
    let is_ended = after.expires_at != before.expires_at && after.expires_at.is_some_and(|at| at <= now);
    after.is_disabled != before.is_disabled || is_ended
}

fn apply(
    tx: &mut Tx<'_>,
    key: &LicenseKey,
    change: &LicenseKeyChange,
    is_admin: bool,
) -> Result<LicenseKeySummary, UpdateLicenseKeyError> {
    let mut after = key.summary.clone();
    if let Some(limit) = change.activations_limit {
        after.activations_limit = limit.map(ActivationsLimit::get);
        let used = after.activations_used;
        if after.activations_limit.is_some_and(|limit| limit < used) {
            return Err(UpdateLicenseKeyError::LimitBelowUse { used });
        }
    }
    if let Some(expires_at) = change.expires_at {
        if key.subscription_id.is_some() && expires_at != after.expires_at {
            return Err(UpdateLicenseKeyError::ExpiryOfSubscription);
        }
        if expires_at != after.expires_at {
            after.expires_zone = expires_at.and(change.expires_zone.clone());
            after.expiry_source = Some(ExpirySource::Chosen);
        }
        after.expires_at = expires_at;
    }
    if let Some(is_disabled) = change.is_disabled {
        if after.is_disabled && !is_disabled && is_revoked(tx, &after.id)? {
            return Err(UpdateLicenseKeyError::GrantRevoked);
        }
        after.is_disabled = is_disabled;
        // Disabling the key of a revoked grant keeps it disabled when the grant is restored. From an agent, who may not
        // disable keys, the field only repeats what it was read as.
        after.stays_disabled = is_disabled && (is_admin || key.summary.stays_disabled);
    }
    Ok(after)
}

fn is_revoked(tx: &mut Tx<'_>, id: &LicenseKeyId) -> Result<bool, StorageError> {
    let Some(grant_id) = license_keys::grant_of(tx, id)? else { return Ok(false) };
    Ok(grants::find(tx, &grant_id)?.status == GrantStatus::Revoked)
}

fn changes(before: &LicenseKeySummary, after: &LicenseKeySummary) -> Vec<Change> {
    let state = |key: &LicenseKeySummary| {
        let state = match (key.is_disabled, key.stays_disabled) {
            (false, _) => "active",
            (true, true) => "disabled",
            (true, false) => "revoked",
        };
        Some(state.to_owned())
    };
    let fields = [
        (
            "activations_limit",
            before.activations_limit.map(|limit| limit.to_string()),
            after.activations_limit.map(|limit| limit.to_string()),
        ),
        ("expires_at", before.expires_at.map(|at| at.to_string()), after.expires_at.map(|at| at.to_string())),
        ("status", state(before), state(after)),
    ];
    fields
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect()
}
