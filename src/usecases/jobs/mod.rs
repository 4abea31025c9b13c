//! Jobs: long work, done in small steps while others write. Each step and how far the job has come are one transaction,
//! so nothing is done twice, whichever node does the next step.

mod add_stock_keys;
mod bulk_run;
mod fold_search_texts;
mod import_sales;
mod index_license_keys;
mod replace_recalled;
mod serve_from_stock;
mod switch_on_features;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::add_stock_keys::Loaded;
use crate::domain::job::{Job, JobKind};
use crate::storage::{StorageError, Tx, jobs};
use crate::usecases::context::Context;

/// A step, which writes in the transaction in which the job was claimed, and says whether anything is left to do.
type Step = Box<dyn FnOnce(&mut Tx<'_>, &mut Job) -> Result<bool, StorageError>>;

/// Does steps of the jobs that are due, at least one, until nothing is left or `budget` is used up. `owner` is this
/// process; a job that another one holds is left to it. Returns whether more is due.
pub fn run_jobs(ctx: &Context, owner: &str, budget: Duration) -> Result<bool, StorageError> {
    let deadline = Instant::now() + budget;
    let mut loaded = None;
    loop {
        let now = ctx.clock.now();
        let Some(job) = ctx.db.read(|conn| jobs::next_due(conn, owner, now))? else { return Ok(false) };
        if !run_step(ctx, job, owner, &mut loaded)? {
            return Ok(false);
        }
        if Instant::now() >= deadline {
            return Ok(true);
        }
    }
}

/// Does the next step of a job; `false` if another process took it first. `loaded` keeps what the next step needs again.
fn run_step(ctx: &Context, mut job: Job, owner: &str, loaded: &mut Option<Arc<Loaded>>) -> Result<bool, StorageError> {
    let step = match job.kind {
        JobKind::IndexLicenseKeys => index_license_keys::prepare(ctx, &mut job),
        JobKind::FoldSearchTexts => fold_search_texts::prepare(ctx, &mut job),
        JobKind::AddStockKeys => add_stock_keys::prepare(ctx, &job, loaded),
        JobKind::ServeFromStock => Ok(serve_from_stock::prepare(ctx, &job)),
        JobKind::BulkRun => Ok(bulk_run::prepare(ctx, &job)),
        JobKind::ReplaceRecalled => Ok(replace_recalled::prepare(ctx, &job)),
        JobKind::SwitchOnFeatures => switch_on_features::prepare(ctx, &mut job),
        JobKind::ImportSales => Ok(import_sales::prepare(ctx, &job)),
    };
    let step: Step = match step {
        // What cannot be read today cannot be read tomorrow, and other jobs wait.
        Err(error @ (StorageError::Corrupt(_) | StorageError::NotFound)) => return give_up(ctx, job, owner, &error),
        step => step?,
    };
    let before = job.clone();
    let done = ctx.db.write_alone(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        let has_more = step(tx, &mut job)?;
        jobs::record(tx, &job)?;
        if !has_more {
            jobs::finish(tx, &job.id, now)?;
            tracing::info!(job = job.id, kind = job.kind.as_str(), done = job.done, "a job is done");
        }
        Ok(true)
    });
    match done {
        Err(error) if job.kind == JobKind::ServeFromStock => serve_from_stock::settle(ctx, before, owner, error),
        Err(error) if job.kind == JobKind::BulkRun => bulk_run::settle(ctx, before, owner, error),
        Err(error) if job.kind == JobKind::ImportSales => import_sales::settle(ctx, before, owner, error),
        done => done,
    }
}

/// Ends a job that cannot go on; its note says why.
fn give_up(ctx: &Context, mut job: Job, owner: &str, error: &StorageError) -> Result<bool, StorageError> {
    tracing::error!(%error, job = job.id, kind = job.kind.as_str(), "a job cannot go on and is given up");
    job.last_error = Some(error.to_string());
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        jobs::finish(tx, &job.id, now)?;
        Ok(true)
    })
}
