//! Claiming a pending grant for 15 minutes, extending one's claim, or taking over another person's.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::CLAIM_DURATION;
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::stock::draw;
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum ClaimGrantError {
    GrantNotFound,
    NotPending,
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

/// Assigns the claim to `staff`, even if someone else has it, and reserves a key of the stock until it ends.
pub(crate) fn claim_grant(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
) -> Result<(), ClaimGrantError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let now = ctx.clock.now();
        let grant = grants::find(tx, grant_id)?;
        let present = grant.claim_at(now);
        let (action, since) = match present {
            Some(claim) if claim.by == *staff => (AuditAction::GrantClaim, claim.since),
            Some(_) => (AuditAction::GrantTakeOver, now),
            None => (AuditAction::GrantClaim, now),
        };
        if !grants::claims::take(tx, grant_id, staff, since, now)? {
            return Err(ClaimGrantError::NotPending);
        }
        let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
        draw::reserve(tx, &grant.entitlement_id, grant_id, until, now)?;
        let mut changes = vec![Change::set("held_until", until)];
        if action == AuditAction::GrantTakeOver {
            changes.push(Change::new("held_by", present.map(|claim| claim.by.as_str()), Some(staff.as_str())));
        }
        audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(actor, action, grant_id, changes), now)?;
        Ok(())
    })
}
