//! What taking, taking over and taking the next one share: a person holds one grant at a time that they have done nothing
//! about yet. Taking another one releases it.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::{CLAIM_DURATION, Grant};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::db::dialect;
use crate::storage::stock::draw;
use crate::storage::{StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;

/// Locks a grant together with those that the person holds untouched, and returns the others of these. Whoever waits for
/// one of them waits in the same order.
pub(super) fn lock_with_untouched(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    staff: &StaffId,
    now: Timestamp,
) -> Result<Vec<GrantId>, StorageError> {
    dialect::lock_desk_of(tx, staff)?;
    let mut ids = grants::claims::untouched_of(tx, staff, now)?;
    ids.push(grant_id.clone());
    ids.sort_by(|one, two| one.as_str().cmp(two.as_str()));
    ids.dedup();
    for id in &ids {
        grants::lock(tx, id)?;
    }
    // Somebody may have taken one over while it was waited for.
    let mut others = grants::claims::untouched_of(tx, staff, now)?;
    others.retain(|id| id != grant_id && ids.contains(id));
    Ok(others)
}

/// Releases grants that the person holds; they are locked.
pub(super) fn release_all(
    ctx: &Context,
    tx: &mut Tx<'_>,
    ids: &[GrantId],
    staff: &StaffId,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    for id in ids {
        if grants::claims::release(tx, id, staff)? {
            draw::give_back(tx, id)?;
            let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantRelease, id, Vec::new());
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
    }
    Ok(())
}

/// Records a claim that was just made, and reserves a key of the stock until it ends.
pub(super) fn record(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    actor: &Actor,
    (action, more): (AuditAction, Vec<Change>),
    now: Timestamp,
) -> Result<(), StorageError> {
    let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
    draw::reserve(tx, &grant.entitlement_id, &grant.id, until, now)?;
    let changes = std::iter::once(Change::set("held_until", until)).chain(more).collect();
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(actor, action, &grant.id, changes), now)?;
    Ok(())
}
