//! Claiming a pending grant for 15 minutes, extending one's claim, or taking over another person's.

use super::hold::{lock_with_untouched, record, release_all};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::{StorageError, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum ClaimGrantError {
    GrantNotFound,
    NotPending,
    /// A colleague holds it, and it was not to be taken over.
    Held,
    Storage(StorageError),
}

impl From<StorageError> for ClaimGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Assigns the claim to `staff`, even if someone else has it, and reserves a key of the stock until it ends. Another grant
/// that they hold and have done nothing about yet is released.
pub(crate) fn claim_grant(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
) -> Result<(), ClaimGrantError> {
    claim(ctx, grant_id, staff, actor, true)
}

/// Like [`claim_grant`], but fails if someone else has claimed the grant.
pub(crate) fn claim_free_grant(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
) -> Result<(), ClaimGrantError> {
    claim(ctx, grant_id, staff, actor, false)
}

fn claim(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
    may_take_over: bool,
) -> Result<(), ClaimGrantError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let others = lock_with_untouched(tx, grant_id, staff, now)?;
        let grant = grants::find(tx, grant_id)?;
        let (action, since) = match grant.claim_at(now) {
            Some(claim) if claim.by == *staff => (AuditAction::GrantClaim, claim.since),
            Some(_) if !may_take_over => return Err(ClaimGrantError::Held),
            Some(_) => (AuditAction::GrantTakeOver, now),
            None => (AuditAction::GrantClaim, now),
        };
        if !grants::claims::take(tx, grant_id, staff, since, now)? {
            return Err(ClaimGrantError::NotPending);
        }
        release_all(ctx, tx, &others, staff, actor, now)?;
        let former = grant.claim_at(now).filter(|_| action == AuditAction::GrantTakeOver);
        let changes = former.map(|claim| Change::new("held_by", Some(claim.by.as_str()), Some(staff.as_str())));
        record(ctx, tx, &grant, actor, (action, changes.into_iter().collect()), now)?;
        Ok(())
    })
}

/// Notes that the person works on a grant that they hold: it is not released when they take another one.
pub(crate) fn touch_grant(ctx: &Context, grant_id: &GrantId, staff: &StaffId) -> Result<(), StorageError> {
    ctx.db.write(|tx| grants::claims::touch(tx, grant_id, staff, ctx.clock.now()))
}
