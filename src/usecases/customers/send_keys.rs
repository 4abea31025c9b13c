//! Sending all live keys of a customer in one e-mail, to a corrected address if one is given.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::CustomerId;
use crate::domain::outbox::NewMessage;
use crate::storage::license_keys::live::grants_with_live_keys;
use crate::storage::{StorageError, Tx, audit_log, customers, installation, outbox};
use crate::usecases::context::Context;
use crate::usecases::customers::save::{CustomerChange, SaveCustomerError, update_in};
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, retried, run_once_in};

/// The most keys that one e-mail holds.
pub(crate) const MOST_KEYS: usize = 200;

#[derive(Debug, Clone)]
pub(crate) struct SendKeys {
    pub customer_id: CustomerId,
    /// `None` or the current address leaves the address unchanged.
    pub email: Option<EmailAddress>,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

/// What is on its way.
#[derive(Debug, Clone)]
pub(crate) struct SentKeys {
    pub recipient: EmailAddress,
}

#[derive(Debug)]
pub(crate) enum SendKeysError {
    CustomerNotFound,
    /// No key of the customer is live.
    NothingToSend,
    /// More keys are live than one e-mail holds.
    TooMany,
    /// Using another address requires the right to see keys.
    AddressForbidden,
    /// The mail server cannot send to the address, because of letters before the @.
    AddressUnreachable,
    /// Another customer has the address.
    AddressTaken,
    /// The customer was erased, and the keys with them.
    Erased,
    /// The idempotency key was used with another address.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for SendKeysError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::CustomerNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<SaveCustomerError> for SendKeysError {
    fn from(error: SaveCustomerError) -> Self {
        match error {
            SaveCustomerError::CustomerNotFound => Self::CustomerNotFound,
            SaveCustomerError::Erased => Self::Erased,
            SaveCustomerError::AddressForbidden => Self::AddressForbidden,
            SaveCustomerError::EmailTaken => Self::AddressTaken,
            // The change names no version.
            SaveCustomerError::ChangedMeanwhile => Self::Storage(StorageError::Conflict),
            SaveCustomerError::IdempotencyMismatch => Self::IdempotencyMismatch,
            SaveCustomerError::Storage(error) => Self::Storage(error),
        }
    }
}

impl From<IdempotencyMismatch> for SendKeysError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for SendKeysError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Queues the e-mail and cancels older ones of its kind that are still waiting. Which keys it holds is looked up once
/// more when it is sent.
pub(crate) fn send_keys(ctx: &Context, command: &SendKeys) -> Result<SentKeys, SendKeysError> {
    retried(|| ctx.db.write(|tx| send_in(ctx, tx, command)))
}

fn send_in(ctx: &Context, tx: &mut Tx<'_>, command: &SendKeys) -> Result<SentKeys, SendKeysError> {
    customers::lock(tx, &command.customer_id)?;
    let customer = customers::find(tx, &command.customer_id)?;
    let id = &customer.id;
    if customer.erased_at.is_some() {
        return Err(SendKeysError::Erased);
    }
    let now = ctx.clock.now();
    let count = grants_with_live_keys(tx, id, now, MOST_KEYS + 1)?.len();
    run_once_in(ctx, tx, idempotency_key(ctx, command).as_ref(), |tx| {
        match count {
            0 => return Err(SendKeysError::NothingToSend),
            count if count > MOST_KEYS => return Err(SendKeysError::TooMany),
            _ => {}
        }
        let current = customers::find(tx, id)?.email;
        if let Some(email) = command.email.as_ref().filter(|email| **email != current) {
            if installation::is_unreachable(tx, email)? {
                return Err(SendKeysError::AddressUnreachable);
            }
            let other = customers::find_by_email(tx, email)?.filter(|other| other.id != *id);
            if other.is_some() {
                return Err(SendKeysError::AddressTaken);
            }
            let change = CustomerChange { email: Some(email.clone()), ..CustomerChange::default() };
            update_in(ctx, tx, id, &change, &command.actor)?;
        }
        for message in outbox::cancel_queued_keys_of(tx, id, now)? {
            let entry =
                NewAuditEntry::on(&command.actor, AuditAction::MessageCancelled, ObjectKind::Message, &message, vec![]);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        let customer = customers::find(tx, id)?;
        let message = NewMessage::license_keys_sent(&customer);
        outbox::enqueue(tx, &message, now)?;
        let changes = vec![
            Change::set("message_id", &message.id),
            Change::set("to", customer.email.masked()),
            Change::set("license_keys", count),
        ];
        let entry = NewAuditEntry::on(&command.actor, AuditAction::CustomerKeysSent, ObjectKind::Customer, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(message.id.to_string())
    })?;
    Ok(SentKeys { recipient: customers::find(tx, id)?.email })
}

/// The key with a fingerprint of the command. The pattern has no `..`, so that no field can be forgotten.
fn idempotency_key(ctx: &Context, command: &SendKeys) -> Option<IdempotencyKey> {
    let SendKeys { customer_id, email, idempotency_key, actor } = command;
    let address = email.as_ref().map(EmailAddress::key).unwrap_or_default();
    let fingerprint = ctx.keyring.fingerprint(&[b"send_keys", customer_id.as_str().as_bytes(), address.as_bytes()]);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key.clone()?, fingerprint })
}
