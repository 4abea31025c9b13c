//! Settling a task: a person decides, once.

use super::address::move_pending;
use super::refund::revoke_all;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId, TaskId};
use crate::domain::sale::task::{Decision, Task};
use crate::domain::staff::Role;
use crate::storage::sales::lines::Unit;
use crate::storage::sales::{self, lines, tasks};
use crate::storage::{StorageError, Tx, audit_log, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::customers::change_address::may_change_address;
use crate::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_in};
use crate::usecases::idempotent::{IsConflict, retried};

/// What a person decided.
#[derive(Debug, Clone)]
pub(crate) struct SettleTask {
    /// The grant on whose page the decision was made; the task is about its sale.
    pub grant_id: GrantId,
    pub task_id: TaskId,
    pub decision: Decision,
    pub actor: Actor,
}

#[derive(Debug)]
pub(crate) enum SettleTaskError {
    TaskNotFound,
    /// Somebody was faster, perhaps with another decision.
    AlreadySettled,
    /// The decision is none of those that the task offers.
    NotOffered,
    /// Using another address requires the right to see keys.
    AddressForbidden,
    /// Revoking requires the right of an admin.
    RevokeForbidden,
    /// The mail server cannot send to the address.
    AddressUnreachable,
    /// The customer was erased.
    Erased,
    Storage(StorageError),
}

impl From<StorageError> for SettleTaskError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::TaskNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<ResendEmailError> for SettleTaskError {
    fn from(error: ResendEmailError) -> Self {
        match error {
            ResendEmailError::AddressForbidden => Self::AddressForbidden,
            ResendEmailError::AddressUnreachable => Self::AddressUnreachable,
            ResendEmailError::Erased => Self::Erased,
            ResendEmailError::GrantNotFound => Self::TaskNotFound,
            // Revoked or sent at this moment, so that the next try sees another state.
            ResendEmailError::NothingToSend(_) | ResendEmailError::IdempotencyMismatch | ResendEmailError::AskFirst => {
                Self::Storage(StorageError::Conflict)
            }
            ResendEmailError::Storage(error) => Self::Storage(error),
        }
    }
}

impl IsConflict for SettleTaskError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Settles the task, and does what was decided in the same transaction.
pub(crate) fn settle_task(ctx: &Context, command: &SettleTask) -> Result<(), SettleTaskError> {
    retried(|| ctx.db.write(|tx| settle_in(ctx, tx, command)))
}

fn settle_in(ctx: &Context, tx: &mut Tx<'_>, command: &SettleTask) -> Result<(), SettleTaskError> {
    let task = tasks::find(tx, &command.task_id)?;
    let is_of_sale = lines::of_grant(tx, &command.grant_id)?.is_some_and(|(sale_id, _)| sale_id == task.sale_id);
    if !is_of_sale {
        return Err(SettleTaskError::TaskNotFound);
    }
    if !task.kind.decisions().contains(&command.decision) {
        return Err(SettleTaskError::NotOffered);
    }
    let now = ctx.clock.now();
    if command.decision == Decision::UseNewAddress {
        use_new_address(ctx, tx, &task, command)?;
    }
    if command.decision == Decision::Revoke {
        revoke_sale(ctx, tx, &task, command)?;
    }
    if !tasks::settle(tx, &task.id, command.decision, command.actor.id(), now)? {
        return Err(SettleTaskError::AlreadySettled);
    }
    let changes = vec![Change::set("kind", task.kind.as_str()), Change::set("decision", command.decision.as_str())];
    let entry = NewAuditEntry {
        grant_id: Some(task.grant_id.clone()),
        ..NewAuditEntry::on(&command.actor, AuditAction::TaskSettle, ObjectKind::Task, &task.id, changes)
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(())
}

/// Revokes what the sale still has.
fn revoke_sale(ctx: &Context, tx: &mut Tx<'_>, task: &Task, command: &SettleTask) -> Result<(), SettleTaskError> {
    if !command.actor.may(Role::Admin) {
        return Err(SettleTaskError::RevokeForbidden);
    }
    if task.settled_at.is_some() {
        return Err(SettleTaskError::AlreadySettled);
    }
    sales::lock(tx, &task.sale_id)?;
    let live: Vec<Unit> = lines::units(tx, &task.sale_id)?.into_iter().filter(Unit::is_live).collect();
    Ok(revoke_all(ctx, tx, &task.sale_id, &live, task.note.as_deref(), &command.actor, ctx.clock.now())?)
}

fn use_new_address(ctx: &Context, tx: &mut Tx<'_>, task: &Task, command: &SettleTask) -> Result<(), SettleTaskError> {
    if !may_change_address(ctx, &command.actor) {
        return Err(SettleTaskError::AddressForbidden);
    }
    if task.settled_at.is_some() {
        return Err(SettleTaskError::AlreadySettled);
    }
    let Some(customer_id) = &task.customer_id else { return Err(SettleTaskError::NotOffered) };
    let locked = lock_customers(tx, task, customer_id)?;
    sales::lock(tx, &task.sale_id)?;
    let customer = customers::find(tx, customer_id)?;
    if customer.erased_at.is_some() {
        return Err(SettleTaskError::Erased);
    }
    for unit in lines::units(tx, &task.sale_id)? {
        if !unit.is_live() || unit.customer_id == *customer_id {
            continue;
        }
        if !locked.contains(&unit.customer_id) {
            return Err(StorageError::Conflict.into());
        }
        grants::lock(tx, &unit.grant_id)?;
        let status = grants::find(tx, &unit.grant_id)?.status;
        if matches!(status, GrantStatus::Delivered | GrantStatus::Failed) && unit.license_key_id.is_some() {
            let email = Some(customer.email.clone());
            let (grant_id, actor) = (unit.grant_id.clone(), command.actor.clone());
            let moves = Moves::Confirmed(Some(customer_id.clone()));
            resend_in(ctx, tx, &ResendEmail { grant_id, email, moves, idempotency_key: None, actor })?;
        } else if status != GrantStatus::Revoked {
            move_pending(ctx, tx, &unit.grant_id, &customer, &command.actor, ctx.clock.now())?;
        }
    }
    Ok(sales::set_customer(tx, &task.sale_id, customer_id)?)
}

/// Locks everyone whose grants may move, in order.
fn lock_customers(tx: &mut Tx<'_>, task: &Task, customer_id: &CustomerId) -> Result<Vec<CustomerId>, StorageError> {
    let mut ids: Vec<CustomerId> = lines::units(tx, &task.sale_id)?.into_iter().map(|unit| unit.customer_id).collect();
    ids.push(customer_id.clone());
    ids.sort();
    ids.dedup();
    for id in &ids {
        customers::lock(tx, id)?;
    }
    Ok(ids)
}
