//! Replacing all issued keys of a recalled batch: a job gives each grant another key from stock.

use super::error::StockError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::BatchId;
use crate::domain::job::JobKind;
use crate::storage::stock::batches;
use crate::storage::{audit_log, jobs};
use crate::usecases::context::Context;

/// Starts the job; `false` if it is under way already, or the batch is not recalled.
pub fn replace_recalled(ctx: &Context, id: &BatchId, actor: &Actor) -> Result<bool, StockError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let line = batches::line(tx, id)?;
        let is_recalled = line.batch.recalled_at.is_some();
        if !is_recalled || !jobs::start(tx, (JobKind::ReplaceRecalled, id.as_str()), line.issued, actor, now)? {
            return Ok(false);
        }
        let changes = vec![Change::set("issued", line.issued)];
        let entry = NewAuditEntry::on(actor, AuditAction::StockReplace, ObjectKind::Batch, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
