//! Grants as the API shows them: with their key in clear, for those who may see it.

use super::context::Context;
use super::deliver::place;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::Grant;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::{LicenseKey, LicenseKeySummary, LicenseKeyValue};
use crate::storage::{Conn, StorageError, audit, license_keys};

/// How much of a key is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clarity {
    /// The key itself.
    Clear,
    /// Dots and the last four characters.
    Masked,
}

/// A license key as it is shown.
#[derive(Debug, Clone)]
pub struct ShownKey {
    pub summary: LicenseKeySummary,
    /// `None` where it is masked.
    pub value: Option<LicenseKeyValue>,
}

impl ShownKey {
    /// The key in clear, or masked.
    pub fn text(&self) -> String {
        self.value.as_ref().map_or_else(|| self.summary.masked(), |value| value.expose().to_owned())
    }
}

/// A grant with its key.
#[derive(Debug, Clone)]
pub struct GrantView {
    pub grant: Grant,
    pub license_key: Option<ShownKey>,
}

/// A license key with whom it belongs to.
#[derive(Debug, Clone)]
pub struct LicenseKeyView {
    pub key: LicenseKey,
    pub shown: ShownKey,
}

/// Adds each grant's key.
pub fn view_grants(
    ctx: &Context,
    conn: &mut Conn,
    grants: Vec<Grant>,
    clarity: Clarity,
) -> Result<Vec<GrantView>, StorageError> {
    let ids: Vec<&LicenseKeyId> = grants.iter().filter_map(|grant| grant.license_key_id.as_ref()).collect();
    let mut keys = license_keys::sealed_of(conn, &ids)?;
    grants
        .into_iter()
        .map(|grant| {
            let sealed = grant.license_key_id.as_ref().and_then(|id| keys.remove(id.as_str()));
            let license_key = match sealed {
                Some(sealed) => Some(show(ctx, sealed.key.summary, &sealed.ciphertext, clarity)?),
                None => None,
            };
            Ok(GrantView { grant, license_key })
        })
        .collect()
}

/// The same of one.
pub fn view_grant(ctx: &Context, conn: &mut Conn, grant: Grant, clarity: Clarity) -> Result<GrantView, StorageError> {
    view_grants(ctx, conn, vec![grant], clarity)?.pop().ok_or(StorageError::NotFound)
}

/// Opens keys that were read with their ciphertext.
pub fn view_license_keys(
    ctx: &Context,
    keys: Vec<license_keys::SealedKey>,
    clarity: Clarity,
) -> Result<Vec<LicenseKeyView>, StorageError> {
    keys.into_iter()
        .map(|sealed| {
            let shown = show(ctx, sealed.key.summary.clone(), &sealed.ciphertext, clarity)?;
            Ok(LicenseKeyView { key: sealed.key, shown })
        })
        .collect()
}

fn show(
    ctx: &Context,
    summary: LicenseKeySummary,
    ciphertext: &[u8],
    clarity: Clarity,
) -> Result<ShownKey, StorageError> {
    let value = match clarity {
        Clarity::Masked => None,
        // Its customer was erased.
        Clarity::Clear if ciphertext.is_empty() => None,
        Clarity::Clear => {
            let bytes = ctx.keyring.open(&place(&summary.id), ciphertext);
            let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or_else(|| StorageError::Corrupt(format!("the sealed value of {}", summary.id)))?;
            Some(LicenseKeyValue::stored(text))
        }
    };
    Ok(ShownKey { summary, value })
}

/// Notes in the log that these keys were read in clear; nothing where there are none.
pub fn note_read(ctx: &Context, actor: &Actor, shown: &[&ShownKey]) -> Result<(), StorageError> {
    let ids: Vec<&str> =
        shown.iter().filter(|shown| shown.value.is_some()).map(|shown| shown.summary.id.as_str()).collect();
    let Some(first) = ids.first() else { return Ok(()) };
    let mut changes = vec![Change::set("license_keys", ids.len())];
    changes.extend(ids.iter().map(|id| Change::set("license_key_id", id)));
    let entry = NewAuditEntry::on(actor, AuditAction::LicenseKeyRead, "license_key", first, changes);
    ctx.db.write(|tx| audit::append(tx, &ctx.keyring, &entry, ctx.clock.now()))
}
