//! The account's customers: one of Keydesk's own for each, who may be one that was known before under the same address.

use jiff::Timestamp;

use super::account::actor;
use crate::dodo::objects::RemoteCustomer;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::connection::Connection;
use crate::domain::customer::{Customer, EmailAddress, parse_locale, parse_name};
use crate::domain::ids::CustomerId;
use crate::storage::connections::mirrored;
use crate::storage::customers::merging;
use crate::storage::{StorageError, Tx, audit_log, customers};
use crate::usecases::context::Context;
use crate::usecases::customers::change_address::note_address_change;

/// What a customer is called here who has no address there that can be written to.
const NO_ADDRESS: &str = "no-address.invalid";

/// Follows a customer: creates them here, or changes what has changed there. Locks them. `None` if they were erased.
pub(super) fn follow(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    remote: &RemoteCustomer,
    now: Timestamp,
) -> Result<Option<CustomerId>, StorageError> {
    let email = address_of(remote)?;
    let known = match mirrored::customer(tx, &connection.id, &remote.id)? {
        Some(id) => {
            customers::lock(tx, &id)?;
            Some(customers::find(tx, &id)?)
        }
        None => customers::lock_by_email(tx, &email, |_| true)?,
    };
    let id = match known {
        Some(customer) if customer.erased_at.is_some() => return Ok(None),
        Some(customer) => update(ctx, tx, &customer, remote, email, now)?,
        None => create(ctx, tx, remote, email, now)?,
    };
    mirrored::note_customer(tx, &connection.id, &remote.id, &id, now)?;
    Ok(Some(id))
}

fn address_of(remote: &RemoteCustomer) -> Result<EmailAddress, StorageError> {
    let known = remote.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
    let instead = || EmailAddress::parse(&format!("{}@{NO_ADDRESS}", remote.id));
    known.map_or_else(instead, Ok).map_err(|_| StorageError::Corrupt(format!("the address of {}", remote.id)))
}

/// What the account says about a customer, as it is stored here.
fn with_facts(customer: Customer, remote: &RemoteCustomer) -> Customer {
    let name = remote.name.as_deref().and_then(|name| parse_name(name).ok());
    let locale = remote.locale.as_deref().and_then(|locale| parse_locale(locale).ok());
    let known = Some(customer.name.clone()).filter(|name| !name.is_empty());
    Customer {
        name: name.or(known).unwrap_or_else(|| customer.email.to_string()),
        locale: locale.unwrap_or_else(|| "en".to_owned()),
        phone_number: remote.phone_number.clone(),
        metadata: remote.metadata.clone(),
        ..customer
    }
}

fn create(
    ctx: &Context,
    tx: &mut Tx<'_>,
    remote: &RemoteCustomer,
    email: EmailAddress,
    now: Timestamp,
) -> Result<CustomerId, StorageError> {
    let id = match CustomerId::parse(&remote.id) {
        Ok(id) if matches!(customers::find(tx, &id), Err(StorageError::NotFound)) => id,
        _ => CustomerId::random(),
    };
    let customer = Customer {
        id,
        email,
        name: String::new(),
        locale: String::new(),
        phone_number: None,
        metadata: "{}".to_owned(),
        created_at: now,
        erased_at: None,
    };
    let customer = with_facts(customer, remote);
    customers::insert(tx, &customer)?;
    let changes = vec![Change::set("email", customer.email.masked()), Change::set("locale", &customer.locale)];
    let entry = NewAuditEntry::on(&actor(), AuditAction::CustomerCreate, ObjectKind::Customer, &customer.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(customer.id)
}

fn update(
    ctx: &Context,
    tx: &mut Tx<'_>,
    before: &Customer,
    remote: &RemoteCustomer,
    email: EmailAddress,
    now: Timestamp,
) -> Result<CustomerId, StorageError> {
    // What the account says of a record that was merged says nothing of whom it was merged into.
    if merging::merged(tx, &before.id)?.iter().any(|(_, address)| address.key() == email.key()) {
        return Ok(before.id.clone());
    }
    // Somebody else may have the new address here; then only the rest is followed.
    let is_taken = |other: Option<Customer>| other.is_some_and(|other| other.id != before.id);
    let email = if email.key() != before.email.key() && is_taken(customers::find_by_email(tx, &email)?) {
        before.email.clone()
    } else {
        email
    };
    let after = with_facts(Customer { email, ..before.clone() }, remote);
    let mut changes = Vec::new();
    if after.email != before.email {
        changes.push(Change::new("email", Some(&before.email.masked()), Some(&after.email.masked())));
    }
    if after.locale != before.locale {
        changes.push(Change::new("locale", Some(&before.locale), Some(&after.locale)));
    }
    let hidden = [
        ("name", after.name != before.name),
        ("phone_number", after.phone_number != before.phone_number),
        ("metadata", after.metadata != before.metadata),
    ];
    let hidden = hidden.into_iter().filter(|(_, is_changed)| *is_changed);
    changes.extend(hidden.map(|(field, _)| Change::new(field, Some("(hidden)"), Some("(hidden)"))));
    if changes.is_empty() {
        return Ok(after.id);
    }
    customers::update(tx, &after, now)?;
    let entry = NewAuditEntry::on(&actor(), AuditAction::CustomerUpdate, ObjectKind::Customer, &after.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    if after.email != before.email {
        note_address_change(ctx, tx, (before, &after), None, &actor(), now)?;
    }
    Ok(after.id)
}
