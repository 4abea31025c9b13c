//! Redirecting keys: whoever decides which address a customer's keys go to decides who reads them. So it takes the
//! right to see keys, and leaves a security event with the full addresses beside it, where they can be erased.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::ids::{AddressChangeId, GrantId};
use crate::storage::customers::address_changes::{self, NewAddressChange};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// Whether the actor may send keys to another address than the customer's present one, or change that.
pub(in crate::usecases) fn may_change_address(ctx: &Context, actor: &Actor) -> bool {
    actor.may(ctx.config.reveal)
}

/// Notes that keys which went to `before` go to `after` from now on: the same customer under another address, or
/// another customer, to whom the grant was moved.
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
