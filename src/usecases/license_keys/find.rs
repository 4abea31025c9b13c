//! Finding the grant of a complete license key. Hits are audited, and misses are limited to prevent guessing.

use jiff::SignedDuration;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::presented::PresentedKey;
use crate::domain::search;
use crate::domain::wait;
use crate::storage::license_keys::IssuedKey;
use crate::storage::license_keys::lookup;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::auth::throttle::{self, Subject, Throttled};
use crate::usecases::context::Context;

/// The number of misses per hour without delay, for texts that could be a key.
const FREE_MISSES: i32 = 30;
/// The limit for other texts, which are mostly names and words.
const FREE_WORDS: i32 = 300;
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// How many of the keys that share a value are shown.
const MAX_FOUND: i64 = 50;

/// The keys with this value, oldest first, after the audit entries are committed; links only with `is_link`. Keys of
/// erased customers are not found. Only for actors who may see keys; the caller checks that.
pub(crate) fn find_license_keys(
    ctx: &Context,
    typed: &PresentedKey,
    is_link: bool,
    actor: &Actor,
) -> Result<Vec<IssuedKey>, Throttled> {
    let may_find = |issued: &IssuedKey| !issued.is_erased && issued.is_link == is_link;
    let (kind, free) =
        if search::could_be_key(typed.expose()) { ("key lookup", FREE_MISSES) } else { ("word lookup", FREE_WORDS) };
    let subjects = [Subject::person(ctx, kind, actor.id(), free, FORGET_AFTER)];
    let delay = throttle::reserve(ctx, &subjects)?;
    for form in typed.forms() {
        let hash = ctx.keyring.lookup_hash(form.expose());
        let is_found = |issued: &[IssuedKey]| issued.iter().any(may_find);
        if !is_found(&ctx.db.read(|conn| lookup::find_by_hash(conn, &hash, MAX_FOUND))?) {
            continue;
        }
        let found = ctx.db.write(|tx| {
            let mut found = lookup::find_by_hash(tx, &hash, MAX_FOUND)?;
            // Some may have just been erased.
            found.retain(may_find);
            for issued in &found {
                note_found(ctx, tx, &issued.id, issued.grant_id.as_ref(), actor)?;
            }
            if !found.is_empty() {
                throttle::succeed(tx, &subjects)?;
            }
            Ok::<_, StorageError>(found)
        })?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if delay.is_positive() {
        note_delay(ctx, &subjects[0], delay, actor)?;
    }
    Ok(Vec::new())
}

/// The existing key that prevents this value from being issued again. Writes an audit entry, because the actor has
/// learned that the key exists.
pub(in crate::usecases) fn note_duplicate(
    ctx: &Context,
    key: &LicenseKeyValue,
    actor: &Actor,
) -> Result<Option<IssuedKey>, StorageError> {
    ctx.db.write(|tx| {
        let issued = lookup::find_by_hash(tx, &ctx.keyring.lookup_hash(key.expose()), 1)?.pop();
        if let Some(issued) = issued.as_ref().filter(|issued| !issued.is_erased) {
            note_found(ctx, tx, &issued.id, issued.grant_id.as_ref(), actor)?;
        }
        Ok(issued)
    })
}

/// Records in the audit log that the actor learned whose key it is.
pub(in crate::usecases) fn note_found(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &LicenseKeyId,
    grant_id: Option<&GrantId>,
    actor: &Actor,
) -> Result<(), StorageError> {
    let changes = grant_id.iter().map(|id| Change::set("grant_id", id)).collect();
    let entry = NewAuditEntry {
        grant_id: grant_id.cloned(),
        ..NewAuditEntry::on(actor, AuditAction::LicenseKeyFind, ObjectKind::LicenseKey, id, changes)
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
