//! Confirming, stopping and repeating a run.

use super::BulkError;
use super::begin::begin;
use super::pairs;
use super::select::{SelectGrants, select_grants};
use super::view::own;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::bulk::{BulkAction, BulkOutcome};
use crate::domain::ids::{BulkRunId, StaffId};
use crate::domain::job::JobKind;
use crate::storage::bulk_runs::{self, BulkSettings};
use crate::storage::{audit_log, jobs};
use crate::usecases::context::Context;

/// Begins a run as it was shown; confirming it twice does it once.
pub fn confirm_run(
    ctx: &Context,
    id: &BulkRunId,
    settings: &BulkSettings,
    staff_id: &StaffId,
    actor: &Actor,
) -> Result<(), BulkError> {
    ctx.db.write_alone(|tx| {
        bulk_runs::lock(tx, id)?;
        let run = own(bulk_runs::find(tx, id)?, staff_id, ctx)?;
        if run.confirmed_at.is_some() {
            return Ok(());
        }
        if run.action == BulkAction::Keys {
            pairs::settle_rest(ctx, tx, &run, actor)?;
        }
        let open = usize::try_from(bulk_runs::counts(tx, id)?.open).unwrap_or(0);
        if open == 0 {
            return Err(BulkError::NothingToSend);
        }
        begin(ctx, tx, (&run, open), settings, actor)
    })
}

/// Stops a run; what is done stays done. `false` if it was over already.
pub fn stop_run(ctx: &Context, id: &BulkRunId, actor: &Actor) -> Result<bool, BulkError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let run = bulk_runs::find(tx, id)?;
        let Some(job) = jobs::newest(tx, JobKind::BulkRun, id.as_str())? else { return Ok(false) };
        if !jobs::stop(tx, &job.id, now)? {
            return Ok(false);
        }
        bulk_runs::empty(tx, &run.id)?;
        let changes = vec![Change::set("open", bulk_runs::counts(tx, id)?.open)];
        let entry = NewAuditEntry::on(actor, AuditAction::BulkStop, ObjectKind::BulkRun, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}

/// Begins a new run with what failed in this one and what was not its turn any more. Returns its id.
pub fn repeat_run(ctx: &Context, id: &BulkRunId, staff_id: &StaffId, actor: &Actor) -> Result<BulkRunId, BulkError> {
    let command = ctx.db.read(|conn| {
        let run = bulk_runs::find(conn, id)?;
        if run.action == BulkAction::Keys {
            return Err(BulkError::NotRepeatable);
        }
        let most = i64::try_from(run.action.max()).unwrap_or(i64::MAX);
        let mut left = bulk_runs::with_outcome(conn, id, BulkOutcome::Failed, most)?;
        left.extend(bulk_runs::open(conn, id, most)?);
        left.sort_by_key(|grant| grant.position);
        Ok(SelectGrants {
            action: run.action,
            grant_ids: left.into_iter().map(|grant| grant.grant_id).collect(),
            list: run.list,
            staff_id: staff_id.clone(),
            actor: actor.clone(),
        })
    })?;
    select_grants(ctx, &command)
}

/// Undoes what a run has delivered, as far as the e-mails have not left. Returns the run that does it.
pub fn undo_run(ctx: &Context, id: &BulkRunId, staff_id: &StaffId, actor: &Actor) -> Result<BulkRunId, BulkError> {
    let command = ctx.db.read(|conn| {
        let run = bulk_runs::find(conn, id)?;
        if !matches!(run.action, BulkAction::Stock | BulkAction::Keys) {
            return Err(BulkError::NothingChosen);
        }
        let most = i64::try_from(run.action.max()).unwrap_or(i64::MAX);
        let done = bulk_runs::with_outcome(conn, id, BulkOutcome::Done, most)?;
        Ok(SelectGrants {
            action: BulkAction::Undo,
            grant_ids: done.into_iter().map(|grant| grant.grant_id).collect(),
            list: run.list,
            staff_id: staff_id.clone(),
            actor: actor.clone(),
        })
    })?;
    select_grants(ctx, &command)
}
