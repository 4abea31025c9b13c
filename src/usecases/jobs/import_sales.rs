//! Imports the lines of a confirmed file of sales, some hundred at a time. If a step fails as a whole, its lines are
//! imported one by one, and one that fails alone is noted; it does not keep the others waiting.

use super::Step;
use crate::domain::ids::SaleImportId;
use crate::domain::job::Job;
use crate::domain::sale::import::PART;
use crate::storage::{StorageError, Tx, jobs};
use crate::usecases::context::Context;
use crate::usecases::sales::imports::load;

/// How often a line is tried that others write at the same moment.
const TRIES: usize = 5;

/// Where the job is: the next line, how many from there on are imported one by one, and how often the next one failed.
#[derive(Default)]
struct Place {
    from: usize,
    alone: usize,
    tried: usize,
}

impl Place {
    fn of(job: &Job) -> Self {
        let mut numbers = job.cursor.split(' ').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self { from: next(), alone: next(), tried: next() }
    }

    fn encode(&self) -> String {
        format!("{} {} {}", self.from, self.alone, self.tried)
    }

    /// The lines of a step: the rest of a part.
    fn most(&self) -> usize {
        if self.alone > 0 { 1 } else { PART - self.from % PART }
    }

    fn after(&self, done: usize) -> Self {
        Self { from: self.from + done, alone: self.alone.saturating_sub(done), tried: 0 }
    }
}

fn id_of(job: &Job) -> SaleImportId {
    SaleImportId::stored(job.subject.clone().unwrap_or_default())
}

pub(super) fn prepare(ctx: &Context, job: &Job) -> Step {
    let (ctx, id) = (ctx.clone(), id_of(job));
    Box::new(move |tx: &mut Tx<'_>, job: &mut Job| go_on(&ctx, tx, &id, job, None))
}

fn go_on(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &SaleImportId,
    job: &mut Job,
    why: Option<&str>,
) -> Result<bool, StorageError> {
    let place = Place::of(job);
    let (done, has_more) = load::step(ctx, tx, id, (place.from, place.most()), why)?;
    job.done += i64::try_from(done).unwrap_or(0);
    job.cursor = place.after(done).encode();
    Ok(has_more)
}

/// Decides what follows a step that failed.
pub(super) fn settle(ctx: &Context, mut job: Job, owner: &str, error: StorageError) -> Result<bool, StorageError> {
    if matches!(error, StorageError::Busy(_) | StorageError::Unwritable(_)) {
        return Err(error);
    }
    tracing::warn!(%error, job = job.id, "lines of a file of sales could not be imported");
    let mut place = Place::of(&job);
    job.last_error = Some(error.to_string());
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        let mut has_more = true;
        if place.alone == 0 {
            place.alone = place.most();
            job.cursor = place.encode();
        } else if matches!(error, StorageError::Conflict) && place.tried < TRIES {
            place.tried += 1;
            job.cursor = place.encode();
        } else {
            has_more = go_on(ctx, tx, &id_of(&job), &mut job, Some("failed"))?;
        }
        jobs::record(tx, &job)?;
        if !has_more {
            jobs::finish(tx, &job.id, now)?;
        }
        Ok(true)
    })
}
