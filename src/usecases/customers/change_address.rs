//! Redirecting keys. Whoever can change the address that a customer's keys are sent to can read the keys. Therefore it
//! requires the right to see keys, and is recorded as a security event, with the full addresses in a separate table
//! where they can be erased.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::ids::{AddressChangeId, GrantId};
use crate::storage::customers::address_changes::{self, NewAddressChange};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// Whether the actor may send keys to an address other than the customer's current one, or change that address.
pub(in crate::usecases) fn may_change_address(ctx: &Context, actor: &Actor) -> bool {
    actor.may(ctx.config.reveal)
}

/// Records that keys sent to `before` are sent to `after` from now on: the same customer with another address, or
/// another customer to whom the grant was moved.
pub(in crate::usecases) fn note_address_change(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (before, after): (&Customer, &Customer),
    grant_id: Option<&GrantId>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let id = AddressChangeId::random();
    let change = NewAddressChange {
        id: &id,
        customer_id: &before.id,
        new_customer_id: Some(&after.id).filter(|id| **id != before.id),
        grant_id,
        old_address: &before.email,
        new_address: &after.email,
    };
    address_changes::insert(tx, &change, actor, now)?;
    let mut changes = vec![
        Change::new("email", Some(&before.email.masked()), Some(&after.email.masked())),
        Change::set("address_change_id", &id),
    ];
    changes.extend(change.new_customer_id.map(|id| Change::set("new_customer_id", id)));
    let entry = NewAuditEntry {
        grant_id: grant_id.cloned(),
        ..NewAuditEntry::on(actor, AuditAction::CustomerChangeAddress, ObjectKind::Customer, &before.id, changes)
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)
}
