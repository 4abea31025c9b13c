//! Reading license keys: the only place where keys are decrypted for API clients. The encrypted values are read in the
//! transaction that records the access and decrypted after it is committed, so that no key is returned without its
//! audit entry.

use std::collections::HashMap;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::{LicenseKey, LicenseKeySummary, LicenseKeyValue};
use crate::storage::grants::undo;
use crate::storage::license_keys::{self, SealedKey};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::files::shown::{FilesDelivery, deliveries_of};

/// A license key in plaintext or masked.
#[derive(Debug, Clone)]
pub(crate) struct ShownKey {
    pub summary: LicenseKeySummary,
    /// `None` if it is masked.
    pub value: Option<LicenseKeyValue>,
}

impl ShownKey {
    /// The plaintext or masked key.
    pub(crate) fn text(&self) -> String {
        self.value.as_ref().map_or_else(|| self.summary.masked(), |value| value.expose().to_owned())
    }
}

/// A grant with its key.
#[derive(Debug, Clone)]
pub(crate) struct GrantView {
    pub grant: Grant,
    pub license_key: Option<ShownKey>,
    /// The files that it has.
    pub files: Option<FilesDelivery>,
}

/// A license key with what it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct LicenseKeyView {
    pub key: LicenseKey,
    pub shown: ShownKey,
}

/// Why a key may be returned without an audit entry of its own: the same request has just written one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JustWritten<'a> {
    /// The request wrote no key, or repeats one that did.
    Nothing,
    /// The request's own transaction generated these keys, or recorded that they are read.
    Recorded(&'a [LicenseKeyId]),
    /// The caller supplied this key, which is returned from the request and not from the database.
    Supplied(&'a LicenseKeyValue),
}

/// Adds each grant's key: in plaintext, recorded in the audit log, if the actor may see it; otherwise masked.
pub(crate) fn read_grants(
    ctx: &Context,
    actor: &Actor,
    grants: Vec<Grant>,
    written: JustWritten<'_>,
) -> Result<Vec<GrantView>, StorageError> {
    // A key that is on its way to a connected account is nobody's yet.
    let has_key = |grant: &&Grant| grant.status != GrantStatus::Pending;
    let ids: Vec<LicenseKeyId> =
        grants.iter().filter(has_key).filter_map(|grant| grant.license_key_id.clone()).collect();
    let mut keys = read(ctx, actor, &ids, written)?;
    let mut files = ctx.db.read(|conn| deliveries_of(conn, &grants, actor.may(ctx.config.reveal)))?;
    let view = |grant: Grant| {
        let view = grant.license_key_id.as_ref().and_then(|id| keys.remove(id.as_str()));
        GrantView { license_key: view.map(|view| view.shown), files: files.remove(&grant.id), grant }
    };
    Ok(grants.into_iter().map(view).collect())
}

/// Like [`read_grants`], for one grant.
pub(crate) fn read_grant(
    ctx: &Context,
    actor: &Actor,
    grant: Grant,
    written: JustWritten<'_>,
) -> Result<GrantView, StorageError> {
    read_grants(ctx, actor, vec![grant], written)?.pop().ok_or(StorageError::NotFound)
}

/// The keys with these ids in the given order: in plaintext, recorded in the audit log, if the actor may see them;
/// otherwise masked.
pub(crate) fn read_license_keys(
    ctx: &Context,
    actor: &Actor,
    ids: &[LicenseKeyId],
    written: JustWritten<'_>,
) -> Result<Vec<LicenseKeyView>, StorageError> {
    let mut keys = read(ctx, actor, ids, written)?;
    Ok(ids.iter().filter_map(|id| keys.remove(id.as_str())).collect())
}

fn read(
    ctx: &Context,
    actor: &Actor,
    ids: &[LicenseKeyId],
    written: JustWritten<'_>,
) -> Result<HashMap<String, LicenseKeyView>, StorageError> {
    let ids: Vec<&LicenseKeyId> = ids.iter().collect();
    let recorded = match written {
        JustWritten::Supplied(value) => return unopened(ctx, &ids, Some(value)),
        _ if ids.is_empty() || !actor.may(ctx.config.reveal) => return unopened(ctx, &ids, None),
        JustWritten::Recorded(ids) => ids,
        JustWritten::Nothing => &[],
    };
    let to_note: Vec<&LicenseKeyId> = ids.iter().copied().filter(|id| !recorded.contains(id)).collect();
    let sealed = if to_note.is_empty() {
        ctx.db.read(|conn| license_keys::sealed_of(conn, &ids))?
    } else {
        ctx.db.write(|tx| {
            undo::note_seen(tx, &to_note)?;
            let sealed = license_keys::sealed_of(tx, &ids)?;
            let readable = to_note.iter().filter_map(|id| sealed.get(id.as_str())).filter(|sealed| !sealed.is_erased());
            note_read(ctx, tx, actor, &readable.map(|sealed| &sealed.key.summary.id).collect::<Vec<_>>())?;
            Ok::<_, StorageError>(sealed)
        })?
    };
    let clear = |(id, sealed): (String, SealedKey)| {
        let value = sealed.open(&ctx.keyring)?;
        Ok((id, view(sealed, value)))
    };
    sealed.into_iter().map(clear).collect()
}

/// The keys without their values, or with the one that the caller supplied.
fn unopened(
    ctx: &Context,
    ids: &[&LicenseKeyId],
    supplied: Option<&LicenseKeyValue>,
) -> Result<HashMap<String, LicenseKeyView>, StorageError> {
    let sealed = ctx.db.read(|conn| license_keys::sealed_of(conn, ids))?;
    Ok(sealed.into_iter().map(|(id, sealed)| (id, view(sealed, supplied.cloned()))).collect())
}

fn view(sealed: SealedKey, value: Option<LicenseKeyValue>) -> LicenseKeyView {
    LicenseKeyView { shown: ShownKey { summary: sealed.key.summary.clone(), value }, key: sealed.key }
}

/// Writes one audit entry for all keys that are read; none if there is none.
pub(in crate::usecases) fn note_read(
    ctx: &Context,
    tx: &mut Tx<'_>,
    actor: &Actor,
    ids: &[&LicenseKeyId],
) -> Result<(), StorageError> {
    let Some(first) = ids.first() else { return Ok(()) };
    let mut changes = vec![Change::set("license_keys", ids.len())];
    changes.extend(ids.iter().map(|id| Change::set("license_key_id", id)));
    let entry = NewAuditEntry::on(actor, AuditAction::LicenseKeyRead, ObjectKind::LicenseKey, first, changes);
    audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
}
