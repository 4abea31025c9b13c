//! Recalling a batch: what is left of it is quarantined; who got a key of it is listed by
//! `storage::stock::keys::issued_of_batch`.

use super::alerts;
use super::error::StockError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::BatchId;
use crate::storage::audit_log;
use crate::storage::catalog::entitlements;
use crate::storage::stock::batches;
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::Reason;

/// A recalled batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recalled {
    /// Keys that were available until now.
    pub quarantined: i64,
    /// Keys that customers have.
    pub issued: i64,
}

/// Quarantines the available keys of a batch, reserved or not. A second time it takes what has come back meanwhile.
pub fn recall_batch(ctx: &Context, id: &BatchId, reason: &Reason, actor: &Actor) -> Result<Recalled, StockError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let quarantined = batches::recall(tx, id, reason.as_str(), now)?;
        let line = batches::line(tx, id)?;
        let changes =
            vec![Change::set("quarantined", quarantined), Change::set("issued", line.issued), reason.change("reason")];
        let entry = NewAuditEntry::on(actor, AuditAction::StockRecall, ObjectKind::Batch, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        let entitlement = entitlements::find(tx, &line.batch.entitlement_id)?;
        alerts::raise_if_few(ctx, tx, &entitlement, actor, now)?;
        Ok(Recalled { quarantined, issued: line.issued })
    })
}
