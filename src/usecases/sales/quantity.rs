//! How many a sale has: grants are added where more were sold, and the youngest pending ones revoked where fewer were.

use jiff::Timestamp;

use super::state::KnownSale;
use super::task;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{EntitlementId, SaleLineId};
use crate::domain::sale::QUANTITY_REDUCED_REASON;
use crate::domain::sale::task::{Task, TaskKind};
use crate::storage::sales::lines::{self, NewLine, Unit};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::{Reason, revoke_in};

/// Makes room for `told` pieces in all, of which those that are missing go to the line with this ordinal; returns the
/// line and the numbers of the units to create.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    known: &KnownSale,
    entitlement_id: &EntitlementId,
    told: u32,
    ordinal: u32,
) -> Result<(SaleLineId, Vec<i32>), StorageError> {
    let units: Vec<&Unit> = known.units_of(entitlement_id).collect();
    let more = told.saturating_sub(known.quantity(entitlement_id));
    let missing = told.saturating_sub(count(units.iter().filter(|unit| unit.is_sold())));
    let of_line: Vec<&&Unit> = units.iter().filter(|unit| u32::try_from(unit.ordinal) == Ok(ordinal)).collect();
    // A line without a unit would not be found again.
    let present = of_line.first().copied().or(if missing == 0 { units.last() } else { None });
    let line_id = if let Some(unit) = present {
        let quantity = u32::try_from(unit.line_quantity).unwrap_or(0).saturating_add(more);
        lines::set_quantity(tx, &unit.line_id, quantity)?;
        unit.line_id.clone()
    } else {
        let id = SaleLineId::random();
        let line = NewLine { id: &id, sale_id: &known.record.id, entitlement_id, ordinal, quantity: more };
        lines::insert(tx, &line)?;
        id
    };
    let first = of_line.iter().map(|unit| unit.number).max().unwrap_or(0);
    Ok((line_id, (1..=missing).filter_map(|place| first.checked_add(i32::try_from(place).ok()?)).collect()))
}

/// Notes that the sale has only `told` pieces, revokes the youngest pending grants beyond, and asks what to do where too
/// many are delivered. The sale must be locked. Returns how many were revoked.
pub(super) fn reduce(
    ctx: &Context,
    tx: &mut Tx<'_>,
    known: &KnownSale,
    entitlement_id: &EntitlementId,
    told: u32,
    actor: &Actor,
    now: Timestamp,
) -> Result<u32, StorageError> {
    let units: Vec<&Unit> = known.units_of(entitlement_id).collect();
    let Some(first) = units.first() else { return Ok(0) };
    note(ctx, tx, known, first, told, actor, now)?;
    let mut left = told;
    let mut line_ids: Vec<(&SaleLineId, u32)> =
        units.iter().map(|unit| (&unit.line_id, u32::try_from(unit.line_quantity).unwrap_or(0))).collect();
    line_ids.dedup();
    for (line_id, quantity) in line_ids {
        let kept = quantity.min(left);
        left -= kept;
        if kept != quantity {
            lines::set_quantity(tx, line_id, kept)?;
        }
    }
    let excess = count(units.iter().filter(|unit| unit.is_live())).saturating_sub(told);
    let mut pending: Vec<&&Unit> = units.iter().filter(|unit| unit.status == GrantStatus::Pending).collect();
    pending.sort_by_key(|unit| std::cmp::Reverse((unit.created_at, unit.ordinal, unit.number)));
    let mut revoked = 0;
    for unit in pending {
        if revoked == excess {
            break;
        }
        if is_still_pending(tx, unit)? {
            let reason = Reason::code(QUANTITY_REDUCED_REASON);
            revoke_in(ctx, tx, &unit.grant_id, &reason, actor)?;
            revoked += 1;
        }
    }
    if revoked < excess {
        let quantity = i32::try_from(told).ok();
        let sale_id = &known.record.id;
        let delivered = units.iter().find(|unit| unit.is_live() && unit.status != GrantStatus::Pending);
        let grant_id = &delivered.unwrap_or(first).grant_id;
        let asked = Task { quantity, ..task::of(TaskKind::TooManyDelivered, sale_id, grant_id, now) };
        let subject = [sale_id.as_str(), entitlement_id.as_str(), &told.to_string()];
        task::ask(ctx, tx, &subject, asked, actor)?;
    }
    Ok(revoked)
}

/// Locks the grant and looks again: somebody may have just delivered it.
fn is_still_pending(tx: &mut Tx<'_>, unit: &Unit) -> Result<bool, StorageError> {
    crate::storage::grants::lock(tx, &unit.grant_id)?;
    Ok(crate::storage::grants::find(tx, &unit.grant_id)?.status == GrantStatus::Pending)
}

fn note(
    ctx: &Context,
    tx: &mut Tx<'_>,
    known: &KnownSale,
    first: &Unit,
    told: u32,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let before = known.quantity(&first.entitlement_id).to_string();
    let entry = NewAuditEntry {
        grant_id: Some(first.grant_id.clone()),
        ..NewAuditEntry::on(
            actor,
            AuditAction::SaleUpdate,
            ObjectKind::Sale,
            &known.record.id,
            vec![Change::new("quantity", Some(&before), Some(&told.to_string()))],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
