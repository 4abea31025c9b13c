//! Creating and changing customers, one per e-mail address.

use super::change_address::{may_change_address, note_address_change};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::storage::{StorageError, Tx, audit_log, customers};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// The checked fields of a new customer.
#[derive(Debug, Clone)]
pub(crate) struct CreateCustomer {
    pub email: EmailAddress,
    pub name: String,
    pub locale: String,
    pub phone_number: Option<String>,
    pub metadata: String,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

/// The fields to change; `None` leaves a field unchanged.
#[derive(Debug, Clone, Default)]
pub(crate) struct CustomerChange {
    pub email: Option<EmailAddress>,
    pub name: Option<String>,
    pub locale: Option<String>,
    /// `Some(None)` clears the field.
    pub phone_number: Option<Option<String>>,
    pub metadata: Option<String>,
    /// Of the customer that the change was made to; it is refused if somebody was faster.
    pub version: Option<String>,
}

#[derive(Debug)]
pub enum SaveCustomerError {
    CustomerNotFound,
    /// The customer was erased; no new data about them is accepted.
    Erased,
    /// Changing the address requires the right to see keys.
    AddressForbidden,
    /// Another customer has the address.
    EmailTaken,
    /// Somebody has changed the customer since the version.
    ChangedMeanwhile,
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for SaveCustomerError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::CustomerNotFound,
            // The address is a customer's only unique field.
            StorageError::Conflict => Self::EmailTaken,
            other => Self::Storage(other),
        }
    }
}

impl From<IdempotencyMismatch> for SaveCustomerError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for SaveCustomerError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::EmailTaken)
    }
}

/// Creates the customer; `EmailTaken` if there is one with that address.
pub(crate) fn create_customer(ctx: &Context, command: &CreateCustomer) -> Result<CustomerId, SaveCustomerError> {
    let made = run_once(ctx, command.idempotency_key.as_ref(), |tx| {
        let now = ctx.clock.now();
        let customer = Customer {
            id: CustomerId::random(),
            email: command.email.clone(),
            name: command.name.clone(),
            locale: command.locale.clone(),
            phone_number: command.phone_number.clone(),
            metadata: command.metadata.clone(),
            created_at: now,
            erased_at: None,
        };
        customers::insert(tx, &customer)?;
        let changes = vec![Change::set("email", customer.email.masked()), Change::set("locale", &customer.locale)];
        let entry =
            NewAuditEntry::on(&command.actor, AuditAction::CustomerCreate, ObjectKind::Customer, &customer.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok::<_, SaveCustomerError>(customer.id.to_string())
    })?;
    Ok(CustomerId::stored(made.id))
}

/// Changes the customer. The log records which fields changed, and the new values only if they identify nobody.
pub(crate) fn update_customer(
    ctx: &Context,
    id: &CustomerId,
    change: &CustomerChange,
    actor: &Actor,
) -> Result<(), SaveCustomerError> {
    ctx.db.write(|tx| update_in(ctx, tx, id, change, actor))
}

/// Like [`update_customer`], but inside the caller's transaction.
pub(super) fn update_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &CustomerId,
    change: &CustomerChange,
    actor: &Actor,
) -> Result<(), SaveCustomerError> {
    customers::lock(tx, id)?;
    let now = ctx.clock.now();
    let before = customers::find(tx, id)?;
    let id = &before.id;
    if before.erased_at.is_some() {
        return Err(SaveCustomerError::Erased);
    }
    if change.version.as_ref().is_some_and(|version| *version != before.version()) {
        return Err(SaveCustomerError::ChangedMeanwhile);
    }
    let mut after = before.clone();
    let mut changes = Vec::new();
    let hidden = |field| Change::new(field, Some("(hidden)"), Some("(hidden)"));
    let new_address = change.email.as_ref().filter(|email| **email != before.email);
    if let Some(email) = new_address {
        if !may_change_address(ctx, actor) {
            return Err(SaveCustomerError::AddressForbidden);
        }
        changes.push(Change::new("email", Some(&before.email.masked()), Some(&email.masked())));
        after.email = email.clone();
    }
    if let Some(name) = change.name.as_ref().filter(|name| **name != before.name) {
        changes.push(hidden("name"));
        after.name.clone_from(name);
    }
    if let Some(locale) = change.locale.as_ref().filter(|locale| **locale != before.locale) {
        changes.push(Change::new("locale", Some(&before.locale), Some(locale)));
        after.locale.clone_from(locale);
    }
    if let Some(number) = change.phone_number.as_ref().filter(|number| **number != before.phone_number) {
        changes.push(hidden("phone_number"));
        after.phone_number.clone_from(number);
    }
    if let Some(metadata) = change.metadata.as_ref().filter(|metadata| **metadata != before.metadata) {
        changes.push(hidden("metadata"));
        after.metadata.clone_from(metadata);
    }
    if changes.is_empty() {
        return Ok(());
    }
    customers::update(tx, &after, now)?;
    let entry = NewAuditEntry::on(actor, AuditAction::CustomerUpdate, ObjectKind::Customer, id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    if new_address.is_some() {
        note_address_change(ctx, tx, (&before, &after), None, actor, now)?;
    }
    Ok(())
}
