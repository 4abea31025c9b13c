//! Delivers the grants of features that an earlier version left waiting.

use super::Step;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::job::Job;
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::grants::{self, integrations};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::switch_on_feature::switch_on_feature;

/// Grants per step: a few milliseconds, so that others do not wait.
const BATCH: i64 = 50;

/// Reads the next grants; the cursor is the last id.
pub(super) fn prepare(ctx: &Context, job: &mut Job) -> Result<Step, StorageError> {
    let ids = ctx.db.read(|conn| integrations::pending_features(conn, &job.cursor, BATCH))?;
    if let Some(last) = ids.last() {
        job.cursor = last.to_string();
    }
    let ctx = ctx.clone();
    Ok(Box::new(move |tx: &mut Tx<'_>, job: &mut Job| {
        let (now, actor) = (ctx.clock.now(), Actor::system(SystemPart::Upgrade));
        for id in &ids {
            grants::lock(tx, id)?;
            let grant = grants::find(tx, id)?;
            let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
            if mirrored::grant(tx, id)?.is_none() && switch_on_feature(&ctx, tx, &grant, &entitlement, &actor, now)? {
                job.done += 1;
            }
        }
        Ok(!ids.is_empty())
    }))
}
