//! Finding the grant of a complete license key. Hits are audited, and misses are limited to prevent guessing.

use jiff::SignedDuration;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::search;
use crate::domain::wait;
use crate::storage::license_keys::{self, IssuedKey};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::auth::throttle::{self, Subject, Throttled};
use crate::usecases::context::Context;

/// The number of misses per hour without delay, for texts that could be a key.
const FREE_MISSES: i32 = 30;
/// The limit for other texts, which are mostly names and words.
const FREE_WORDS: i32 = 300;
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The key with this value, after the audit entry is committed. Keys of erased customers are not found. Only for
/// actors who may see keys; the caller checks that.
pub fn find_license_key(ctx: &Context, typed: &LicenseKeyValue, actor: &Actor) -> Result<Option<IssuedKey>, Throttled> {
    let (kind, free) =
        if search::could_be_key(typed.expose()) { ("key lookup", FREE_MISSES) } else { ("word lookup", FREE_WORDS) };
    let subjects = [Subject::person(ctx, kind, actor.id(), free, FORGET_AFTER)];
    let delay = throttle::reserve(ctx, &subjects)?;
    for hash in hashes(ctx, typed) {
        if ctx.db.read(|conn| license_keys::find_by_hash(conn, &hash))?.is_none_or(|issued| issued.is_erased) {
            continue;
        }
        let found = ctx.db.write(|tx| {
            // The key may have just been erased.
            let found = license_keys::find_by_hash(tx, &hash)?.filter(|issued| !issued.is_erased);
            if let Some(issued) = &found {
                note_found(ctx, tx, issued, actor)?;
                throttle::succeed(tx, &subjects)?;
            }
            Ok::<_, StorageError>(found)
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if delay.is_positive() {
        note_delay(ctx, &subjects[0], delay, actor)?;
    }
    Ok(None)
}

/// The existing key that prevents this value from being issued again. Writes an audit entry, because the actor has
/// learned that the key exists.
pub(in crate::usecases) fn note_duplicate(
    ctx: &Context,
    key: &LicenseKeyValue,
    actor: &Actor,
) -> Result<Option<IssuedKey>, StorageError> {
    ctx.db.write(|tx| {
        let issued = license_keys::find_by_hash(tx, &ctx.keyring.lookup_hash(key.expose()))?;
        if let Some(issued) = issued.as_ref().filter(|issued| !issued.is_erased) {
            note_found(ctx, tx, issued, actor)?;
        }
        Ok(issued)
    })
}

/// Records in the audit log that the actor learned whose key it is.
fn note_found(ctx: &Context, tx: &mut Tx<'_>, issued: &IssuedKey, actor: &Actor) -> Result<(), StorageError> {
    let changes = issued.grant_id.iter().map(|id| Change::set("grant_id", id)).collect();
    let entry = NewAuditEntry {
        grant_id: issued.grant_id.clone(),
        ..NewAuditEntry::on(actor, AuditAction::LicenseKeyFind, ObjectKind::LicenseKey, &issued.id, changes)
    };
    audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
}

fn note_delay(ctx: &Context, subject: &Subject, delay: SignedDuration, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let changes =
            vec![Change::set("misses", throttle::count(tx, subject)?), Change::set("minutes", wait::minutes(delay))];
        let entry =
            NewAuditEntry::on(actor, AuditAction::LicenseKeyFindDelayed, ObjectKind::Staff, actor.id(), changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
    })
}

/// The keyed hashes of the text as stored, and of the text without invisible characters at its ends.
fn hashes(ctx: &Context, typed: &LicenseKeyValue) -> Vec<[u8; 32]> {
    let mut texts = vec![typed.expose(), search::trim(typed.expose())];
    texts.dedup();
    texts.into_iter().map(|text| ctx.keyring.lookup_hash(text)).collect()
}
