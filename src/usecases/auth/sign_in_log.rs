//! Audit entries about sign-ins and their failures.

use jiff::SignedDuration;

use super::signed_in::Method;
use super::throttle;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::StaffId;
use crate::domain::wait;
use crate::storage::{StorageError, Tx, audit_log, staff};
use crate::usecases::context::Context;

/// Records a sign-in.
pub(super) fn note_sign_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    method: Method,
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    staff::note_signed_in(tx, staff_id, now)?;
    let changes = vec![Change::set("method", method.as_str())];
    let entry = NewAuditEntry::on(actor, AuditAction::StaffLogin, ObjectKind::Staff, staff_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

/// The object of audit entries about addresses and passkeys that belong to nobody.
pub(in crate::usecases) const UNKNOWN: &str = "unknown";

/// So many entries on unknown accounts and on links that were not sent are written each hour; after that only the 1,024th, the 2,048th and so on.
/// The log cannot be trimmed, so strangers must not be able to fill it.
const ENTRIES_AN_HOUR: i32 = 600;

/// Whether an entry is written that a stranger can cause, and how many there were this hour where not each is.
/// Only an entry that `is_bounded` can be left out: nothing else bounds how many of its kind there are. Counts in
/// both cases: the time it takes tells nobody who is known.
pub(in crate::usecases) fn is_noted(ctx: &Context, is_bounded: bool) -> Result<Option<Vec<Change>>, StorageError> {
    let count = throttle::count_in_hour(ctx, "entries by strangers")?;
    if !is_bounded || count <= ENTRIES_AN_HOUR {
        return Ok(Some(vec![]));
    }
    let is_written = u32::try_from(count).is_ok_and(u32::is_power_of_two);
    Ok(is_written.then(|| vec![Change::set("count_this_hour", count)]))
}

/// Records a failure, and the delay if one starts.
pub(super) fn note_failure(
    ctx: &Context,
    actor: &Actor,
    object: &str,
    what: &'static str,
    delay: SignedDuration,
) -> Result<(), StorageError> {
    note_failure_with(ctx, actor, object, vec![Change::set("failed", what)], delay)
}

/// Like [`note_failure`], but with all changes that describe the failure.
pub(super) fn note_failure_with(
    ctx: &Context,
    actor: &Actor,
    object: &str,
    changes: Vec<Change>,
    delay: SignedDuration,
) -> Result<(), StorageError> {
    let Some(counted) = is_noted(ctx, object == UNKNOWN)? else { return Ok(()) };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let changes = changes.into_iter().chain(counted).collect();
        let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginFailed, ObjectKind::Staff, object, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        if delay.is_positive() {
            let changes = vec![Change::set("minutes", wait::minutes(delay))];
            let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginDelayed, ObjectKind::Staff, object, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(())
    })
}
