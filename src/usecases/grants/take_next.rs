//! Claiming the next grant: the person's own that they have done nothing about yet, else one that is assigned to them,
//! else the free one that has waited longest.

use jiff::Timestamp;

use super::hold::{lock_with_untouched, record, release_all};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::{StorageError, grants};
use crate::usecases::context::Context;

/// The number of candidates read at once, because colleagues may claim some of them.
const BATCH: i64 = 20;

/// Claims the next grant for `staff`; `None` if none is left for them.
pub(crate) fn take_next_grant(ctx: &Context, staff: &StaffId, actor: &Actor) -> Result<Option<GrantId>, StorageError> {
    loop {
        let now = ctx.clock.now();
        let candidates = ctx.db.read(|conn| {
            let own = grants::claims::untouched_of(conn, staff, now)?;
            if own.is_empty() { grants::claims::next_for(conn, staff, now, BATCH) } else { Ok(own) }
        })?;
        if candidates.is_empty() {
            return Ok(None);
        }
        for grant_id in &candidates {
            if let Some(taken) = take(ctx, grant_id, staff, actor, now)? {
                return Ok(Some(taken));
            }
        }
    }
}

/// Claims the grant unless somebody was faster; the person's own untouched one if they have one by now.
fn take(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<GrantId>, StorageError> {
    ctx.db.write(|tx| {
        let others = lock_with_untouched(tx, grant_id, staff, now)?;
        let grant = grants::find(tx, grant_id)?;
        let is_own = grant.claim_at(now).is_some_and(|claim| claim.by == *staff && !claim.is_touched);
        if is_own {
            release_all(ctx, tx, &others, staff, actor, now)?;
            return Ok(Some(grant.id));
        }
        if let Some((first, rest)) = others.split_first() {
            release_all(ctx, tx, rest, staff, actor, now)?;
            return Ok(Some(first.clone()));
        }
        if !grant.handling.is_free_for(staff, now) || !grants::claims::take_free(tx, grant_id, staff, now)? {
            return Ok(None);
        }
        record(ctx, tx, &grant, actor, (AuditAction::GrantClaim, Vec::new()), now)?;
        Ok(Some(grant.id))
    })
}
