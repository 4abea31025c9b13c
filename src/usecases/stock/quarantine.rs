//! Setting stock keys aside, for a while or for good, and taking them back. Each needs a reason, which stands beside the
//! key; the log only says how long it is.

use super::alerts;
use super::error::StockError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::StockKeyId;
use crate::domain::stock::StockState;
use crate::storage::audit_log;
use crate::storage::catalog::entitlements;
use crate::storage::stock::keys;
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::Reason;

/// Sets an available key aside; it can be restored. A reservation ends. `Changed` if it is no longer available.
pub fn quarantine(ctx: &Context, id: &StockKeyId, reason: &Reason, actor: &Actor) -> Result<(), StockError> {
    move_key(ctx, id, (&[StockState::Available], StockState::Quarantined, AuditAction::StockQuarantine), reason, actor)
}

/// Gives a key up for good; its value never comes in again. `Changed` if it was issued or discarded meanwhile.
pub fn discard(ctx: &Context, id: &StockKeyId, reason: &Reason, actor: &Actor) -> Result<(), StockError> {
    let from = [StockState::Available, StockState::Quarantined];
    move_key(ctx, id, (&from, StockState::Discarded, AuditAction::StockDiscard), reason, actor)
}

/// Makes a quarantined key available again. `Changed` if it is no longer quarantined.
pub fn restore(ctx: &Context, id: &StockKeyId, reason: &Reason, actor: &Actor) -> Result<(), StockError> {
    move_key(ctx, id, (&[StockState::Quarantined], StockState::Available, AuditAction::StockRestore), reason, actor)
}

fn move_key(
    ctx: &Context,
    id: &StockKeyId,
    (from, to, action): (&[StockState], StockState, AuditAction),
    reason: &Reason,
    actor: &Actor,
) -> Result<(), StockError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let key = keys::find(tx, id)?;
        let kept = (to != StockState::Available).then_some(reason.as_str());
        if !from.contains(&key.state) || !keys::move_state(tx, &key, to, kept, now)? {
            return Err(StockError::Changed);
        }
        let changes = vec![
            Change::new("state", Some(key.state.as_str()), Some(to.as_str())),
            reason.change("reason"),
            Change::set("batch_id", &key.batch_id),
        ];
        let entry = NewAuditEntry::on(actor, action, ObjectKind::StockKey, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        let entitlement = entitlements::find(tx, &key.entitlement_id)?;
        if to == StockState::Available {
            alerts::clear_if_refilled(ctx, tx, &entitlement)?;
        } else {
            alerts::raise_if_few(ctx, tx, &entitlement, actor, now)?;
        }
        Ok(())
    })
}
