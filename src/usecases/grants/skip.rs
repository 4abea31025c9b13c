//! Skipping a grant: its holder lets go of it, and for a while nobody is given it as the next one.

use jiff::Timestamp;

use super::hold::release_all;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum SkipGrantError {
    GrantNotFound,
    NotPending,
    /// A colleague holds it.
    Held,
    Paused,
    Storage(StorageError),
}

impl From<StorageError> for SkipGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Skips the grant; returns until when.
pub(crate) fn skip_grant(
    ctx: &Context,
    grant_id: &GrantId,
    staff: &StaffId,
    actor: &Actor,
) -> Result<Timestamp, SkipGrantError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let now = ctx.clock.now();
        let grant = grants::find(tx, grant_id)?;
        if !grant.is_waiting() {
            return Err(SkipGrantError::NotPending);
        }
        if grant.handling.pause_at(now).is_some() {
            return Err(SkipGrantError::Paused);
        }
        match grant.claim_at(now) {
            Some(claim) if claim.by != *staff => return Err(SkipGrantError::Held),
            Some(_) => release_all(ctx, tx, std::slice::from_ref(grant_id), staff, actor, now)?,
            None => {}
        }
        let handling = grant.handling.skipped(now);
        let until = handling.back_at.unwrap_or(now);
        let changes = vec![Change::set("back_at", until)];
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on_grant(actor, AuditAction::GrantSkip, grant_id, changes),
            now,
        )?;
        grants::handling::put(tx, grant_id, &handling)?;
        Ok(until)
    })
}
