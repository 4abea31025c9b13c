//! Reading a run for its pages.

use jiff::Timestamp;

use super::BulkError;
use super::select::looks_of;
use crate::domain::bulk::BulkOutcome;
use crate::domain::ids::{BulkRunId, GrantId, StaffId};
use crate::domain::job::{Job, JobKind};
use crate::storage::bulk_runs::{self, BulkCounts, BulkGrant, BulkRun, GrantLook};
use crate::storage::{Conn, StorageError, jobs, staff};
use crate::usecases::context::Context;

/// The run, if it is that person's and not over. Others' runs can be looked at once they are confirmed.
pub(super) fn own(run: BulkRun, staff_id: &StaffId, ctx: &Context) -> Result<BulkRun, BulkError> {
    let is_hidden = run.confirmed_at.is_none() && run.staff_id != *staff_id;
    if is_hidden || run.expires_at <= ctx.clock.now() { Err(BulkError::NotFound) } else { Ok(run) }
}

/// A grant of a run, and how it looks now.
#[derive(Debug, Clone)]
pub struct RunLine {
    pub grant: BulkGrant,
    pub look: GrantLook,
}

/// A run as its page shows it.
#[derive(Debug, Clone)]
pub struct ShownRun {
    pub run: BulkRun,
    pub counts: BulkCounts,
    /// `None` until it is confirmed.
    pub job: Option<Job>,
    pub started_by: Option<String>,
    /// When the last grant had its turn.
    pub last_done_at: Option<Timestamp>,
    /// A part of its grants.
    pub lines: Vec<RunLine>,
}

/// Which grants of a run are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// From a position on.
    All(i32),
    /// What was not done, the failed ones first.
    NotDone,
}

/// Reads a run with at most `limit` of its grants.
pub fn find(ctx: &Context, id: &BulkRunId, staff_id: &StaffId, part: Part, limit: i64) -> Result<ShownRun, BulkError> {
    ctx.db.read(|conn| {
        let run = own(bulk_runs::find(conn, id)?, staff_id, ctx)?;
        let grants = match part {
            Part::All(position) => bulk_runs::grants_from(conn, id, position, limit)?,
            Part::NotDone => {
                let mut grants = bulk_runs::with_outcome(conn, id, BulkOutcome::Failed, limit)?;
                let rest = limit - i64::try_from(grants.len()).unwrap_or(limit);
                grants.extend(bulk_runs::with_outcome(conn, id, BulkOutcome::Skipped, rest)?);
                grants
            }
        };
        let counts = bulk_runs::counts(conn, id)?;
        let job = jobs::newest(conn, JobKind::BulkRun, id.as_str())?;
        let started_by = staff::find(conn, &run.staff_id)?.map(|person| person.name);
        let last_done_at = bulk_runs::last_done_at(conn, id)?;
        Ok(ShownRun { lines: lines_of(conn, grants)?, run, counts, job, started_by, last_done_at })
    })
}

/// These grants with how they look now.
pub(super) fn lines_of(conn: &mut Conn, grants: Vec<BulkGrant>) -> Result<Vec<RunLine>, StorageError> {
    let ids: Vec<&GrantId> = grants.iter().map(|grant| &grant.grant_id).collect();
    let mut looks = looks_of(conn, &ids)?;
    let line = |grant: BulkGrant| Some(RunLine { look: looks.remove(grant.grant_id.as_str())?, grant });
    Ok(grants.into_iter().filter_map(line).collect())
}

/// How these grants look now, in their order.
pub fn chosen_looks(ctx: &Context, ids: &[GrantId]) -> Result<Vec<GrantLook>, StorageError> {
    ctx.db.read(|conn| {
        let mut looks = looks_of(conn, &ids.iter().collect::<Vec<_>>())?;
        Ok(ids.iter().filter_map(|id| looks.remove(id.as_str())).collect())
    })
}
