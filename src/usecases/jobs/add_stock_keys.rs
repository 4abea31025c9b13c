//! Adds the keys of a confirmed upload to stock, some at a time. What was issued or added elsewhere since the upload was
//! looked at is left out and noted.

use std::sync::Arc;

use super::Step;
use crate::domain::ids::StockUploadId;
use crate::domain::job::Job;
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::stock::uploads;
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::stock::add::{Adding, STEP};
use crate::usecases::stock::content;
use crate::usecases::stock::rejected::RejectedLines;

/// The keys of an upload, opened once for many steps.
pub(super) struct Loaded {
    upload_id: StockUploadId,
    keys: Arc<Vec<(usize, LicenseKeyValue)>>,
}

/// Opens the upload, unless it is open, and adds the keys after the cursor. Nobody sees a key, so no access is recorded.
pub(super) fn prepare(ctx: &Context, job: &Job, loaded: &mut Option<Loaded>) -> Result<Step, StorageError> {
    let id = StockUploadId::stored(job.subject.clone().unwrap_or_default());
    let upload = ctx.db.read(|conn| uploads::find(conn, &id))?;
    let batch_id = upload.batch_id.clone().ok_or_else(|| StorageError::Corrupt(format!("the batch of {id}")))?;
    let keys = match loaded {
        Some(known) if known.upload_id == id => Arc::clone(&known.keys),
        _ => {
            let keys = Arc::new(content::open_keys(ctx, &upload)?);
            *loaded = Some(Loaded { upload_id: id.clone(), keys: Arc::clone(&keys) });
            keys
        }
    };
    let ctx = ctx.clone();
    Ok(Box::new(move |tx: &mut Tx<'_>, job: &mut Job| {
        let now = ctx.clock.now();
        let from: usize = job.cursor.parse().unwrap_or(0);
        let part = keys.get(from..keys.len().min(from + STEP)).unwrap_or_default();
        let adding = Adding::find(tx, &batch_id)?;
        let rejected = adding.add(&ctx, tx, from, part, now)?;
        let mut all = RejectedLines::parse(upload.rejected.as_deref().unwrap_or_default());
        if !rejected.is_empty() {
            all.extend(rejected);
            uploads::set_rejected(tx, &id, &all.to_string())?;
        }
        job.done += i64::try_from(part.len()).unwrap_or(0);
        job.cursor = (from + part.len()).to_string();
        if from + part.len() < keys.len() {
            return Ok(true);
        }
        uploads::empty(tx, &id)?;
        let actor = job.started_by.clone().ok_or_else(|| StorageError::Corrupt(format!("who started {}", job.id)))?;
        adding.finish(&ctx, tx, all.len(), upload.serve, &actor, now)?;
        Ok(false)
    }))
}
