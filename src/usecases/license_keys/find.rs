//! Looking up whose a whole license key is: what is found is audited, and misses are counted, so that
//! nobody finds keys out by guessing.

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

/// So many misses within an hour are free, for texts that could be a key.
const FREE_MISSES: i32 = 30;
/// For other texts, which are names and words most of the time.
const FREE_WORDS: i32 = 300;
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The key with that value, once the audit entry is safe. Keys of erased customers are not found. For people
/// who may see keys in clear; the caller checks that.
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
            // It may have been erased a moment ago.
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

/// The key with that value that stands in the way of issuing it again, with an audit entry: who tried has learned
/// that it exists.
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

/// Notes in the log that somebody learned whose a key is.
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

/// The hash of the text as a key is stored, and of the same without invisible characters at its ends.
fn hashes(ctx: &Context, typed: &LicenseKeyValue) -> Vec<[u8; 32]> {
    let mut texts = vec![typed.expose(), search::trim(typed.expose())];
    texts.dedup();
    texts.into_iter().map(|text| ctx.keyring.lookup_hash(text)).collect()
}
