//! Adds the keys of a confirmed upload to stock, some at a time. What was issued or added elsewhere since the upload was
//! looked at is left out and noted.

use std::sync::Arc;

use super::Step;
use crate::domain::ids::{BatchId, StockUploadId};
use crate::domain::job::Job;
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::stock::uploads;
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::stock::add::{Adding, STEP, Serve};
use crate::usecases::stock::content;
use crate::usecases::stock::rejected::RejectedLines;

/// An upload, read and opened once for many steps.
pub(super) struct Loaded {
    id: StockUploadId,
    batch_id: BatchId,
    serve: bool,
    keys: Vec<(usize, LicenseKeyValue)>,
}

/// Opens the upload, unless it is open, and adds the keys after the cursor. Nobody sees a key, so no access is recorded.
pub(super) fn prepare(ctx: &Context, job: &Job, loaded: &mut Option<Arc<Loaded>>) -> Result<Step, StorageError> {
    let id = StockUploadId::stored(job.subject.clone().unwrap_or_default());
    let loaded = match loaded {
        Some(known) if known.id == id => Arc::clone(known),
        _ => Arc::clone(loaded.insert(Arc::new(load(ctx, id)?))),
    };
    let ctx = ctx.clone();
    Ok(Box::new(move |tx: &mut Tx<'_>, job: &mut Job| add(&ctx, tx, &loaded, job)))
}

fn load(ctx: &Context, id: StockUploadId) -> Result<Loaded, StorageError> {
    let upload = ctx.db.read(|conn| uploads::find(conn, &id))?;
    let batch_id = upload.batch_id.clone().ok_or_else(|| StorageError::Corrupt(format!("the batch of {id}")))?;
    Ok(Loaded { batch_id, serve: upload.serve, keys: content::open_keys(ctx, &upload)?, id })
}

fn add(ctx: &Context, tx: &mut Tx<'_>, upload: &Loaded, job: &mut Job) -> Result<bool, StorageError> {
    let now = ctx.clock.now();
    let from: usize = job.cursor.parse().unwrap_or(0);
    let part = upload.keys.get(from..upload.keys.len().min(from + STEP)).unwrap_or_default();
    let adding = Adding::find(tx, &upload.batch_id)?;
    let more = adding.add(ctx, tx, from, part, now)?;
    let mut rejected = RejectedLines::parse(&uploads::rejected(tx, &upload.id)?);
    if !more.is_empty() {
        rejected.extend(more);
        uploads::set_rejected(tx, &upload.id, &rejected.to_string())?;
    }
    job.done += i64::try_from(part.len()).unwrap_or(0);
    job.cursor = (from + part.len()).to_string();
    if from + part.len() < upload.keys.len() {
        return Ok(true);
    }
    uploads::empty(tx, &upload.id)?;
    let actor = job.started_by.clone().ok_or_else(|| StorageError::Corrupt(format!("who started {}", job.id)))?;
    let serve = if upload.serve { Serve::Yes } else { Serve::No };
    adding.finish(ctx, tx, rejected.count(), serve, &actor, now)?;
    Ok(false)
}
