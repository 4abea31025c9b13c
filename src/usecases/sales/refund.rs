//! Refunds: a full one revokes the grants of its sale; one that comes before its sale is remembered; a partial one, or one
//! of a renewal, needs a person's decision.

use jiff::Timestamp;

use super::task;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{GrantId, SaleId, TaskId};
use crate::domain::sale::task::{Task, TaskKind};
use crate::domain::sale::{REFUND_REASON, RefundExtent, SaleIdKind, SaleReference};
use crate::storage::sales::lines::{Unit, units};
use crate::storage::sales::{self, KnownReference, SaleRecord, renewals};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::{Reason, revoke_in};
use crate::usecases::idempotent::retried;

/// A refund, as it is reported.
#[derive(Debug, Clone)]
pub(crate) struct RefundSale {
    /// The shop that numbers the ids, or [`NO_SHOP`](crate::domain::sale::NO_SHOP).
    pub shop: String,
    /// At least one.
    pub ids: Vec<SaleReference>,
    pub is_partial: bool,
    /// What a person is asked, whatever the extent.
    pub asks: Option<TaskKind>,
    pub reason: Option<Reason>,
    pub actor: Actor,
}

/// What became of a refund. Reporting it again gives the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refunded {
    /// These grants are revoked for it.
    Revoked(Vec<GrantId>),
    /// A person is asked what to do.
    Asked { task_id: TaskId, kind: TaskKind, grant_id: GrantId },
    /// Nobody has reported the sale yet.
    Remembered,
}

/// Takes the refund. Retried if its sale is reported at the same moment.
pub(crate) fn refund_sale(ctx: &Context, command: &RefundSale) -> Result<Refunded, StorageError> {
    retried(|| ctx.db.write(|tx| refund_in(ctx, tx, command)))
}

/// Like [`refund_sale`], but inside the caller's transaction.
pub(crate) fn refund_in(ctx: &Context, tx: &mut Tx<'_>, command: &RefundSale) -> Result<Refunded, StorageError> {
    let now = ctx.clock.now();
    let found = sales::find(tx, &command.shop, &command.ids)?;
    let Some(seen) = found.iter().find(|sale| sale.customer_id.is_some()).or(found.first()) else {
        return remember(ctx, tx, command, now);
    };
    sales::lock(tx, &seen.id).map_err(gone)?;
    let found = sales::find(tx, &command.shop, &command.ids)?;
    let sale = found.iter().find(|sale| sale.customer_id.is_some()).or(found.first());
    let Some(sale) = sale.filter(|sale| sale.id == seen.id) else { return Err(StorageError::Conflict) };
    let known = sales::ids_of(tx, &sale.id)?;
    let new_ids = new_ids(tx, command, &found)?;
    if sale.customer_id.is_none() {
        return remember_again(tx, command, sale, &new_ids, now);
    }
    let units = units(tx, &sale.id)?;
    let Some(first) = units.first() else {
        return Err(StorageError::Corrupt(format!("{} has no grant", sale.id)));
    };
    let kind = if command.asks.is_some() {
        command.asks
    } else if command.is_partial {
        Some(TaskKind::PartialRefund)
    } else if is_of_renewal(tx, &sale.id, command, &known)? {
        Some(TaskKind::RenewalRefund)
    } else {
        None
    };
    if let Some(kind) = kind {
        let about = units.iter().find(|unit| unit.is_live()).unwrap_or(first);
        return ask(ctx, tx, command, (&sale.id, &about.grant_id), kind, now);
    }
    add_ids(tx, command, &sale.id, &new_ids, now)?;
    if sale.refund != Some(RefundExtent::Full) {
        let reason = command.reason.as_ref().map(Reason::as_str);
        revoke_all(ctx, tx, &sale.id, &units, reason, &command.actor, now)?;
    }
    let revoked = sales::lines::units(tx, &sale.id)?.into_iter();
    let is_for_it = |unit: &Unit| unit.revocation_reason.as_deref() == Some(REFUND_REASON);
    Ok(Refunded::Revoked(revoked.filter(is_for_it).map(|unit| unit.grant_id).collect()))
}

/// Notes a full refund of a sale, which must be locked, and revokes its grants.
pub(super) fn revoke_all(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale_id: &SaleId,
    units: &[Unit],
    reason: Option<&str>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    sales::set_refund(tx, sale_id, RefundExtent::Full, reason, now)?;
    let changes = vec![Change::set("refund", RefundExtent::Full.as_str())];
    let entry = NewAuditEntry {
        grant_id: units.first().map(|unit| unit.grant_id.clone()),
        ..NewAuditEntry::on(actor, AuditAction::SaleRefund, ObjectKind::Sale, sale_id, changes)
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    let mut ids: Vec<&GrantId> = units.iter().map(|unit| &unit.grant_id).collect();
    ids.sort();
    for id in ids {
        revoke_in(ctx, tx, id, &Reason::code(REFUND_REASON), actor)?;
    }
    Ok(())
}

/// Whether the refunded payment is a later one of a subscription.
fn is_of_renewal(
    tx: &mut Tx<'_>,
    sale_id: &SaleId,
    command: &RefundSale,
    known: &[KnownReference],
) -> Result<bool, StorageError> {
    let is_payment = |id: &&SaleReference| id.kind == SaleIdKind::Payment;
    let Some(payment) = command.ids.iter().find(is_payment) else { return Ok(false) };
    if renewals::of_sale(tx, sale_id)?.iter().any(|renewal| renewal.payment_id == payment.value) {
        return Ok(true);
    }
    // Nobody has reported the payment, but another one of the same subscription.
    let is_known = known.iter().any(|known| known.reference == *payment);
    let has_other = known.iter().any(|known| known.reference.kind == SaleIdKind::Payment);
    Ok(!is_known && has_other && command.ids.iter().any(|id| id.kind == SaleIdKind::Subscription))
}

fn ask(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &RefundSale,
    (sale_id, grant_id): (&SaleId, &GrantId),
    kind: TaskKind,
    now: Timestamp,
) -> Result<Refunded, StorageError> {
    let payment = command.ids.iter().find(|id| id.kind == SaleIdKind::Payment);
    let asked = Task {
        payment_id: payment.map(|id| id.value.clone()),
        note: command.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        ..task::of(kind, sale_id, grant_id, now)
    };
    let value = command.ids.first().map(|id| id.value.as_str()).unwrap_or_default();
    let task = task::ask(ctx, tx, &[sale_id.as_str(), value], asked, &command.actor)?;
    Ok(Refunded::Asked { task_id: task.id, kind, grant_id: task.grant_id })
}

fn remember(ctx: &Context, tx: &mut Tx<'_>, command: &RefundSale, now: Timestamp) -> Result<Refunded, StorageError> {
    let sale = SaleRecord { id: SaleId::random(), customer_id: None, refund: None, created_at: now };
    sales::insert(tx, &command.shop, &sale)?;
    let extent = extent(command);
    sales::set_refund(tx, &sale.id, extent, command.reason.as_ref().map(Reason::as_str), now)?;
    add_ids(tx, command, &sale.id, &command.ids, now)?;
    let mut changes = vec![Change::set("refund", extent.as_str())];
    changes.extend(command.ids.iter().map(|id| Change::set(id.kind.field(), &id.value)));
    let entry = NewAuditEntry::on(&command.actor, AuditAction::SaleRefund, ObjectKind::Sale, &sale.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(Refunded::Remembered)
}

fn remember_again(
    tx: &mut Tx<'_>,
    command: &RefundSale,
    sale: &SaleRecord,
    new_ids: &[SaleReference],
    now: Timestamp,
) -> Result<Refunded, StorageError> {
    add_ids(tx, command, &sale.id, new_ids, now)?;
    if extent(command) == RefundExtent::Full && sale.refund != Some(RefundExtent::Full) {
        let reason = command.reason.as_ref().map(Reason::as_str);
        sales::set_refund(tx, &sale.id, RefundExtent::Full, reason, now)?;
    }
    Ok(Refunded::Remembered)
}

/// The refund's ids that none of the sales found has.
fn new_ids(tx: &mut Tx<'_>, command: &RefundSale, found: &[SaleRecord]) -> Result<Vec<SaleReference>, StorageError> {
    let mut ids = command.ids.clone();
    for sale in found {
        let known = sales::ids_of(tx, &sale.id)?;
        ids.retain(|id| !known.iter().any(|known| known.reference == *id));
    }
    Ok(ids)
}

/// Gives the ids to the sale; `Conflict` if another sale was reported under one of them at this moment.
fn add_ids(
    tx: &mut Tx<'_>,
    command: &RefundSale,
    sale_id: &SaleId,
    ids: &[SaleReference],
    now: Timestamp,
) -> Result<(), StorageError> {
    ids.iter().try_for_each(|id| sales::insert_id(tx, &command.shop, sale_id, id, now))
}

fn extent(command: &RefundSale) -> RefundExtent {
    if command.is_partial { RefundExtent::Partial } else { RefundExtent::Full }
}

/// A sale that is gone was merged into another at this moment.
fn gone(error: StorageError) -> StorageError {
    match error {
        StorageError::NotFound => StorageError::Conflict,
        other => other,
    }
}
