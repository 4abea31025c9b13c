//! Serving the grants that wait: a job delivers them from stock, oldest first.

use super::add::stocked;
use super::error::StockError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::EntitlementId;
use crate::domain::job::JobKind;
use crate::storage::{audit_log, grants, jobs};
use crate::usecases::context::Context;

/// Starts serving the grants of an entitlement that wait, which leaves out those that others have taken; `false` if that
/// is under way already, or none waits.
pub fn serve_waiting(ctx: &Context, id: &EntitlementId, actor: &Actor) -> Result<bool, StockError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        stocked(tx, id)?;
        let waiting = grants::stats::waiting_of(tx, id)?;
        if waiting == 0 || !jobs::start(tx, (JobKind::ServeFromStock, id.as_str()), waiting, actor, now)? {
            return Ok(false);
        }
        let changes = vec![Change::set("waiting", waiting)];
        let entry = NewAuditEntry::on(actor, AuditAction::StockServe, ObjectKind::Entitlement, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
