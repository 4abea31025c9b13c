//! Beginning a run.

use super::BulkError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::bulk::RUN_KEPT;
use crate::domain::job::JobKind;
use crate::storage::bulk_runs::{self, BulkRun, BulkSettings};
use crate::storage::{Tx, audit_log, jobs};
use crate::usecases::context::Context;

/// Starts the job of a run over so many grants.
pub(super) fn begin(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (run, grants): (&BulkRun, usize),
    settings: &BulkSettings,
    actor: &Actor,
) -> Result<(), BulkError> {
    let now = ctx.clock.now();
    bulk_runs::confirm(tx, &run.id, settings, now.saturating_add(RUN_KEPT).unwrap_or(now), now)?;
    let total = i64::try_from(grants).unwrap_or(i64::MAX);
    jobs::start(tx, (JobKind::BulkRun, run.id.as_str()), total, actor, now)?;
    let changes = vec![Change::set("act", run.action.as_str()), Change::set("grants", grants)];
    let entry = NewAuditEntry::on(actor, AuditAction::BulkStart, ObjectKind::BulkRun, &run.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(())
}
