//! Replaces the issued keys of a recalled batch by others from stock, in order of arrival, until the stock or the keys run
//! out. What cannot be replaced is left out, and stays in the batch's list.

use super::Step;
use crate::domain::grant::replacement::{InstancesFate, ReplaceReason};
use crate::domain::ids::BatchId;
use crate::domain::job::Job;
use crate::domain::page::PageStart;
use crate::domain::stock::StockCursor;
use crate::storage::stock::batches;
use crate::storage::stock::draw::Held;
use crate::storage::stock::keys::issued_of_batch;
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::grants::fulfill::KeyChoice;
use crate::usecases::grants::replace::{ReplaceKey, ReplaceKeyError, replace_in};

/// Keys per step.
const BATCH: usize = 10;

pub(super) fn prepare(ctx: &Context, job: &Job) -> Step {
    let (ctx, id) = (ctx.clone(), BatchId::stored(job.subject.clone().unwrap_or_default()));
    Box::new(move |tx: &mut Tx<'_>, job: &mut Job| replace(&ctx, tx, &id, job))
}

fn replace(ctx: &Context, tx: &mut Tx<'_>, id: &BatchId, job: &mut Job) -> Result<bool, StorageError> {
    let batch = batches::find(tx, id)?;
    let from = StockCursor::decode(&job.cursor).map_or(PageStart::Start, PageStart::After);
    let issued = issued_of_batch(tx, id, &from, BATCH)?;
    let has_more = issued.has_next;
    let actor = job.started_by.clone().ok_or_else(|| StorageError::Corrupt(format!("who started {}", job.id)))?;
    for line in issued.rows {
        job.cursor = line.cursor().encode();
        let Some(grant_id) = line.grant_id else { continue };
        let command = ReplaceKey {
            grant_id,
            old_key_id: Some(line.license_key_id),
            key: KeyChoice::FromStock,
            reason: ReplaceReason::Other,
            details: batch.recall_reason.clone(),
            instances: InstancesFate::End,
            customer_note: None,
            is_confirmed: true,
            idempotency_key: None,
            actor: actor.clone(),
        };
        match replace_in(ctx, tx, &command, Held::Skip) {
            Ok(_) => job.done += 1,
            Err(ReplaceKeyError::OutOfStock) => return Ok(false),
            Err(ReplaceKeyError::Storage(error)) => return Err(error),
            // Revoked, expired, or replaced by somebody: there is nothing to do about it.
            Err(_) => {}
        }
    }
    Ok(has_more)
}
