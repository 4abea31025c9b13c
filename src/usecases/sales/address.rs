//! A sale that is reported with another address: what is pending moves to the corrected customer; what is delivered needs
//! a person's decision.

use jiff::Timestamp;

use super::state::KnownSale;
use super::task;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::Customer;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::sale::task::{Task, TaskKind};
use crate::storage::{StorageError, Tx, audit_log, customers, grants, sales};
use crate::usecases::context::Context;
use crate::usecases::customers::change_address::{may_change_address, note_address_change};

/// Follows the address of a report. The customers, the sale and `customer` must be locked.
pub(super) fn follow(
    ctx: &Context,
    tx: &mut Tx<'_>,
    known: &KnownSale,
    customer: &Customer,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let elsewhere = known.units.iter().filter(|unit| unit.is_live() && unit.customer_id != customer.id);
    let elsewhere: Vec<&GrantId> = elsewhere.map(|unit| &unit.grant_id).collect();
    let Some(first) = elsewhere.first() else {
        return sales::set_customer(tx, &known.record.id, &customer.id);
    };
    // An address of before that is told again may be an old file.
    let mut must_ask = !may_change_address(ctx, actor);
    let mut about = *first;
    for id in &elsewhere {
        grants::lock(tx, id)?;
        if grants::find(tx, id)?.status != GrantStatus::Pending {
            about = id;
            must_ask = true;
        }
        must_ask |= grants::was_of(tx, id, &customer.id)?;
    }
    if must_ask {
        let customer_id = Some(customer.id.clone());
        let sale_id = &known.record.id;
        let asked = Task { customer_id, ..task::of(TaskKind::AddressDiffers, sale_id, about, now) };
        task::ask(ctx, tx, &[sale_id.as_str(), customer.id.as_str()], asked, actor)?;
        return Ok(());
    }
    for id in elsewhere {
        move_pending(ctx, tx, id, customer, actor, now)?;
    }
    sales::set_customer(tx, &known.record.id, &customer.id)
}

/// Moves a pending grant, which must be locked, to another customer.
pub(super) fn move_pending(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &GrantId,
    customer: &Customer,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let grant = grants::find(tx, id)?;
    let before = customers::find(tx, &grant.customer_id)?;
    grants::set_customer(tx, id, &customer.id, now)?;
    let changes = vec![Change::new("customer_id", Some(before.id.as_str()), Some(customer.id.as_str()))];
    let entry = NewAuditEntry::on_grant(actor, AuditAction::SaleUpdate, id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    note_address_change(ctx, tx, (&before, customer), Some(id), actor, now)
}
