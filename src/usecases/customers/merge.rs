//! Merging two records of one person: what one of them has moves to the other, and its id and address lead there.

use serde_json::Value;

use super::change_address::note_address_change;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::ids::CustomerId;
use crate::domain::staff::Role;
use crate::storage::customers::merging;
use crate::storage::{StorageError, Tx, audit_log, customers};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IsConflict, retried};

#[derive(Debug, Clone)]
pub(crate) struct MergeCustomers {
    /// Who lives on, with their name, address and language.
    pub id: CustomerId,
    /// Who is merged into them.
    pub other_id: CustomerId,
    pub actor: Actor,
}

/// The outcome of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    Done,
    /// The other was merged into the customer before.
    WasDone,
}

#[derive(Debug)]
pub(crate) enum MergeCustomersError {
    /// There is no such customer, or no such other one.
    NotFound,
    Forbidden,
    /// Both are the same customer.
    Same,
    /// One of them was merged into somebody else.
    MergedElsewhere,
    /// One of them was erased, so that nobody knows who they were.
    Erased,
    Storage(StorageError),
}

impl From<StorageError> for MergeCustomersError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}

impl IsConflict for MergeCustomersError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Merges the other customer into the first.
pub(crate) fn merge_customers(ctx: &Context, command: &MergeCustomers) -> Result<Merge, MergeCustomersError> {
    retried(|| ctx.db.write(|tx| merge_in(ctx, tx, command)))
}

fn merge_in(ctx: &Context, tx: &mut Tx<'_>, command: &MergeCustomers) -> Result<Merge, MergeCustomersError> {
    let MergeCustomers { id, other_id, actor } = command;
    if !actor.may(Role::Admin) {
        return Err(MergeCustomersError::Forbidden);
    }
    if id == other_id {
        return Err(MergeCustomersError::Same);
    }
    let mut ids = [id, other_id];
    ids.sort();
    for id in ids {
        customers::lock(tx, id)?;
    }
    match (merging::merged_into(tx, id)?, merging::merged_into(tx, other_id)?) {
        (None, None) => {}
        (None, Some(living)) if living == *id => return Ok(Merge::WasDone),
        _ => return Err(MergeCustomersError::MergedElsewhere),
    }
    let (customer, other) = (customers::find(tx, id)?, customers::find(tx, other_id)?);
    if customer.erased_at.is_some() || other.erased_at.is_some() {
        return Err(MergeCustomersError::Erased);
    }
    let now = ctx.clock.now();
    let moved = merging::belongings(tx, other_id)?;
    merging::merge(tx, other_id, id, now)?;
    customers::update(tx, &together(&customer, &other), now)?;
    let changes = vec![
        Change::set("merged_id", other_id),
        Change::set("grants", moved.grants),
        Change::set("license_keys", moved.license_keys),
        Change::set("notes", moved.notes),
        Change::set("sales", moved.sales),
        Change::set("mirrored", moved.mirrored),
    ];
    let entry = NewAuditEntry::on(actor, AuditAction::CustomerMerge, ObjectKind::Customer, id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    // Keys of the other go to the customer's address from now on.
    note_address_change(ctx, tx, (&other, &customer), None, actor, now)?;
    Ok(Merge::Done)
}

/// The customer, with what only the other's record says.
fn together(customer: &Customer, other: &Customer) -> Customer {
    let mut together = customer.clone();
    if let (None, Some(name)) = (customer.given_name(), other.given_name()) {
        name.clone_into(&mut together.name);
    }
    together.phone_number = customer.phone_number.clone().or_else(|| other.phone_number.clone());
    let fields = |text: &str| serde_json::from_str(text).ok().filter(Value::is_object);
    if let (Some(Value::Object(own)), Some(Value::Object(mut fields))) =
        (fields(&customer.metadata), fields(&other.metadata))
    {
        fields.extend(own);
        together.metadata = Value::Object(fields).to_string();
    }
    together
}
