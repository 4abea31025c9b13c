//! Delivers the waiting grants of an entitlement from stock, oldest first, until the stock or the grants run out. A grant
//! that fails is tried alone, then skipped and noted; it does not keep the others waiting.

use jiff::Timestamp;

use super::Step;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::job::Job;
use crate::domain::page::Cursor;
use crate::storage::stock::draw::Held;
use crate::storage::{StorageError, Tx, grants, jobs};
use crate::usecases::context::Context;
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::grants::fulfill::{FulfillGrant, KeyChoice, fulfill_with};

/// Grants per step.
const BATCH: i64 = 25;

/// How many grants after one that failed are served one by one.
const ALONE: i64 = BATCH;

/// Where the job is: the last grant that was left out for good, and how many are still served one by one.
struct Place {
    after: Option<Cursor>,
    alone: i64,
}

impl Place {
    fn of(job: &Job) -> Self {
        let (after, alone) = job.cursor.split_once(' ').unwrap_or_default();
        Self { after: Cursor::decode(after), alone: alone.parse().unwrap_or(0) }
    }

    fn encode(&self) -> String {
        format!("{} {}", self.after.as_ref().map(Cursor::encode).unwrap_or_default(), self.alone)
    }
}

fn entitlement_of(job: &Job) -> EntitlementId {
    EntitlementId::stored(job.subject.clone().unwrap_or_default())
}

pub(super) fn prepare(ctx: &Context, job: &Job) -> Step {
    let (ctx, entitlement_id) = (ctx.clone(), entitlement_of(job));
    Box::new(move |tx: &mut Tx<'_>, job: &mut Job| serve(&ctx, tx, &entitlement_id, job))
}

fn serve(ctx: &Context, tx: &mut Tx<'_>, entitlement_id: &EntitlementId, job: &mut Job) -> Result<bool, StorageError> {
    let mut place = Place::of(job);
    let limit = if place.alone > 0 { 1 } else { BATCH };
    let waiting = waiting(ctx, tx, entitlement_id, &place, limit, job)?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let actor = job.started_by.clone().ok_or_else(|| StorageError::Corrupt(format!("who started {}", job.id)))?;
    place.alone = (place.alone - 1).max(0);
    for (grant_id, created_at) in waiting {
        let command = FulfillGrant {
            grant_id: grant_id.clone(),
            key: KeyChoice::FromStock,
            activations_limit: None,
            expires_at: None,
            expires_zone: None,
            customer_note: None,
            is_confirmed: true,
            idempotency_key: None,
            actor: actor.clone(),
        };
        match fulfill_with(ctx, tx, &command, Held::Skip) {
            Ok(_) => job.done += 1,
            Err(FulfillGrantError::OutOfStock) => {
                job.cursor = place.encode();
                return Ok(false);
            }
            Err(FulfillGrantError::Storage(error)) => return Err(error),
            // Somebody else has dealt with it, or it is not for keys from stock any more.
            Err(_) => place.after = Some(Cursor { at: created_at, id: grant_id.to_string() }),
        }
    }
    job.cursor = place.encode();
    Ok(true)
}

fn waiting(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement_id: &EntitlementId,
    place: &Place,
    limit: i64,
    job: &Job,
) -> Result<Vec<(GrantId, Timestamp)>, StorageError> {
    let own = job.started_by.as_ref().and_then(|actor| actor.staff_id());
    grants::claims::oldest_of(tx, entitlement_id, own, place.after.as_ref(), limit, ctx.clock.now())
}

/// Decides what follows a step that failed as a whole: its grants are tried one by one, and one that fails alone is left
/// out. Whatever concerns the database or the person stops here, not at a grant.
pub(super) fn settle(ctx: &Context, mut job: Job, owner: &str, error: StorageError) -> Result<bool, StorageError> {
    if matches!(error, StorageError::Busy(_) | StorageError::Unwritable(_)) {
        return Err(error);
    }
    tracing::warn!(%error, job = job.id, "a grant could not be served from stock");
    let mut place = Place::of(&job);
    let entitlement_id = entitlement_of(&job);
    job.last_error = Some(error.to_string());
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        if matches!(error, StorageError::NoLongerAllowed) {
            jobs::finish(tx, &job.id, now)?;
            return Ok(true);
        }
        if place.alone == 0 {
            place.alone = ALONE;
        } else if let Some((id, created_at)) = waiting(ctx, tx, &entitlement_id, &place, 1, &job)?.pop() {
            place.after = Some(Cursor { at: created_at, id: id.to_string() });
        }
        job.cursor = place.encode();
        jobs::record(tx, &job)?;
        Ok(true)
    })
}
