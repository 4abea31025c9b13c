//! Pausing a grant, whose clock then stands still until it comes back by itself, and ending a pause or a skip before.

use jiff::{SignedDuration, Timestamp};

use super::hold::release_all;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::Grant;
use crate::domain::grant::handling::{Handling, Pause, PauseReason};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::{StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum PauseGrantError {
    GrantNotFound,
    NotPending,
    /// A colleague holds it.
    Held,
    Storage(StorageError),
}

impl From<StorageError> for PauseGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Why a grant is paused, and until when.
#[derive(Debug, Clone)]
pub(crate) struct PauseGrant {
    pub grant_id: GrantId,
    pub reason: PauseReason,
    pub note: Option<String>,
    pub until: Timestamp,
    pub staff: StaffId,
    pub actor: Actor,
}

/// Pauses the grant, or changes its pause, and lets go of it.
pub(crate) fn pause_grant(ctx: &Context, command: &PauseGrant) -> Result<(), PauseGrantError> {
    ctx.db.write(|tx| pause_in(ctx, tx, command))
}

/// Like [`pause_grant`], but inside the caller's transaction.
pub(in crate::usecases) fn pause_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &PauseGrant,
) -> Result<(), PauseGrantError> {
    let PauseGrant { grant_id, reason, note, until, staff, actor } = command;
    grants::lock(tx, grant_id)?;
    let now = ctx.clock.now();
    let grant = grants::find(tx, grant_id)?;
    if !grant.is_waiting() {
        return Err(PauseGrantError::NotPending);
    }
    match grant.claim_at(now) {
        Some(claim) if claim.by != *staff => return Err(PauseGrantError::Held),
        Some(_) => release_all(ctx, tx, std::slice::from_ref(grant_id), staff, actor, now)?,
        None => {}
    }
    let mut changes = vec![Change::set("reason", reason.as_str()), Change::set("paused_until", until)];
    if let Some(note) = note {
        // The text itself is only on the grant, where it can be erased.
        changes.push(Change::set("note", format!("({} characters)", note.chars().count())));
    }
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantPause, grant_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    let pause = Pause { since: now, reason: *reason, note: note.clone() };
    grants::handling::put(tx, grant_id, &grant.handling.paused_until(*until, pause))?;
    Ok(())
}

/// What was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resumed {
    Pause,
    Skip,
    Nothing,
}

/// Ends a pause or a skip.
pub(crate) fn resume_grant(ctx: &Context, grant_id: &GrantId, actor: &Actor) -> Result<Resumed, PauseGrantError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let now = ctx.clock.now();
        let grant = grants::find(tx, grant_id)?;
        if !grant.is_waiting() {
            return Err(PauseGrantError::NotPending);
        }
        let resumed = match (grant.handling.pause_at(now), grant.handling.skipped_until(now)) {
            (Some(_), _) => Resumed::Pause,
            (None, Some(_)) => Resumed::Skip,
            (None, None) => return Ok(Resumed::Nothing),
        };
        let field = if resumed == Resumed::Pause { "paused_until" } else { "back_at" };
        let until = grant.handling.back_at.map(|until| until.to_string());
        let changes = vec![Change::new(field, until.as_deref(), None)];
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantResume, grant_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        grants::handling::put(tx, grant_id, &grant.handling.resumed(now))?;
        Ok(resumed)
    })
}

/// The fields of a pause that ends because the grant no longer waits.
pub(super) fn ended_by(grant: &Grant, now: Timestamp) -> Option<Change> {
    let (_, until) = grant.handling.pause_at(now)?;
    Some(Change::new("paused_until", Some(&until.to_string()), None))
}

/// Ends whatever is arranged about a grant that no longer waits. Called after the audit entry is written, because
/// disabling a person takes the locks in that order.
pub(in crate::usecases) fn close(tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<(), StorageError> {
    if grant.handling == Handling::default() || grant.handling.closed_at.is_some() {
        return Ok(());
    }
    grants::handling::put(tx, &grant.id, &grant.handling.clone().closed(now))
}

/// A grant waits again: how long it was paused counts again.
pub(in crate::usecases) fn reopen(tx: &mut Tx<'_>, grant: &Grant) -> Result<(), StorageError> {
    if grant.handling.paused_total == SignedDuration::ZERO {
        return Ok(());
    }
    grants::handling::put(tx, &grant.id, &Handling { closed_at: None, ..grant.handling.clone() })
}
