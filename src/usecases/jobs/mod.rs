//! Jobs: long work, done in small steps while others write. Each step and how far the job has come are one transaction,
//! so nothing is done twice, whichever node does the next step.

mod index_license_keys;

use std::time::{Duration, Instant};

use crate::domain::job::{Job, JobKind};
use crate::storage::{StorageError, Tx, jobs};
use crate::usecases::context::Context;

/// What a step has prepared outside the transaction; `None` if nothing is left to do.
type Step = Option<Box<dyn FnOnce(&mut Tx<'_>) -> Result<(), StorageError>>>;

/// Does steps of the jobs that are due, at least one, until nothing is left or `budget` is used up. `owner` is this
/// process; a job that another one holds is left to it.
pub fn run_jobs(ctx: &Context, owner: &str, budget: Duration) -> Result<(), StorageError> {
    let deadline = Instant::now() + budget;
    loop {
        let now = ctx.clock.now();
        let Some(job) = ctx.db.read(|conn| jobs::next_due(conn, owner, now))? else { return Ok(()) };
        if !run_step(ctx, job, owner)? || Instant::now() >= deadline {
            return Ok(());
        }
    }
}

/// Does the next step of a job; `false` if another process took it first.
fn run_step(ctx: &Context, mut job: Job, owner: &str) -> Result<bool, StorageError> {
    let step: Step = match job.kind {
        JobKind::IndexLicenseKeys => index_license_keys::prepare(ctx, &mut job)?,
    };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        if let Some(write) = step {
            write(tx)?;
        } else {
            jobs::finish(tx, &job.id, now)?;
            tracing::info!(job = job.id, done = job.done, "a job is done");
        }
        Ok(true)
    })
}
