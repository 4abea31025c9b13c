//! Computes what keys are found by, and how they are masked, for keys that an earlier version issued.

use super::Step;
use crate::domain::job::Job;
use crate::storage::license_keys::index::{self, KeyIndex};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// Keys per step: a few milliseconds, so that others do not wait.
const BATCH: i64 = 100;

/// Reads and opens the next keys; a key that cannot be opened is skipped and noted. Nobody sees a key, so no access is
/// recorded.
pub(super) fn prepare(ctx: &Context, job: &mut Job) -> Result<Step, StorageError> {
    let keys = ctx.db.read(|conn| index::page(conn, &job.cursor, BATCH))?;
    let has_more = !keys.is_empty();
    if let Some(last) = keys.last() {
        job.cursor = last.key.summary.id.to_string();
    }
    let mut computed = Vec::new();
    for sealed in &keys {
        job.done += 1;
        match sealed.open(&ctx.keyring) {
            Ok(Some(value)) => {
                let key = &sealed.key.summary;
                computed.push((key.id.clone(), KeyIndex::of(&ctx.keyring, &value, key.is_link)));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "a license key could not be indexed");
                job.last_error = Some(error.to_string());
            }
        }
    }
    Ok(Box::new(move |tx: &mut Tx<'_>, _: &mut Job| {
        computed.iter().try_for_each(|(id, computed)| index::write(tx, id, computed))?;
        Ok(has_more)
    }))
}
