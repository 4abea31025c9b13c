//! Sending the e-mail with the key again, to a corrected address if one is given.

use jiff::Timestamp;

use super::undo::window::end_window;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::outbox::{MessageState, NewMessage, OutboxMessage};
use crate::storage::{StorageError, Tx, audit_log, customers, grants, installation, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::customers::change_address::{may_change_address, note_address_change};
use crate::usecases::files::shown::files_of_grant;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, retried, run_once_in};

#[derive(Debug, Clone)]
pub struct ResendEmail {
    pub grant_id: GrantId,
    /// `None` or the current address leaves the address unchanged.
    pub email: Option<EmailAddress>,
    pub moves: Moves,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

/// Whether the grant may move to another customer, because the address is theirs.
#[derive(Debug, Clone)]
pub enum Moves {
    /// To whoever has the address, as programs and repeated sales mean it.
    ToAnybody,
    /// To nobody but the customer whom a person was shown and confirmed, if any.
    Confirmed(Option<CustomerId>),
}

impl Moves {
    fn may_go_to(&self, id: &CustomerId) -> bool {
        match self {
            Self::ToAnybody => true,
            Self::Confirmed(confirmed) => confirmed.as_ref() == Some(id),
        }
    }
}

#[derive(Debug, Clone)]
pub struct ResentEmail {
    pub recipient: EmailAddress,
    /// Whether an e-mail with this key was addressed there before.
    pub is_repeated: bool,
}

#[derive(Debug)]
pub enum ResendEmailError {
    GrantNotFound,
    /// Nothing has been delivered yet, or the grant is revoked.
    NothingToSend(GrantStatus),
    /// Using another address requires the right to see keys.
    AddressForbidden,
    /// The mail server cannot send to the address, because of letters before the @.
    AddressUnreachable,
    /// Another customer has the address, and nobody has confirmed that the grant moves to them.
    AskFirst,
    /// The customer was erased, and the key with them.
    Erased,
    /// The idempotency key was used with another address.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<IdempotencyMismatch> for ResendEmailError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for ResendEmailError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

impl From<StorageError> for ResendEmailError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Queues a new e-mail and cancels older ones that are still waiting. Retried if the grant is moved or the address is
/// taken at the same moment.
pub fn resend_email(ctx: &Context, command: &ResendEmail) -> Result<ResentEmail, ResendEmailError> {
    retried(|| ctx.db.write(|tx| resend_in(ctx, tx, command)))
}

/// Like [`resend_email`], but inside the caller's transaction.
pub(in crate::usecases) fn resend_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &ResendEmail,
) -> Result<ResentEmail, ResendEmailError> {
    let locked = lock_customers(tx, &command.grant_id, command.email.as_ref())?;
    grants::lock(tx, &command.grant_id)?;
    let grant = grants::find(tx, &command.grant_id)?;
    if !locked.contains(&grant.customer_id) {
        return Err(StorageError::Conflict.into());
    }
    let mut customer = customers::find(tx, &grant.customer_id)?;
    if customer.erased_at.is_some() {
        return Err(ResendEmailError::Erased);
    }
    run_once_in(ctx, tx, idempotency_key(ctx, command).as_ref(), |tx| {
        let has_content = grant.license_key_id.is_some() || files_of_grant(tx, &grant.id)?.is_some();
        if !grant.is_delivered() || !has_content {
            return Err(ResendEmailError::NothingToSend(grant.status));
        }
        let now = ctx.clock.now();
        if let Some(email) = &command.email
            && *email != customer.email
        {
            if !may_change_address(ctx, &command.actor) {
                return Err(ResendEmailError::AddressForbidden);
            }
            if installation::is_unreachable(tx, email)? {
                return Err(ResendEmailError::AddressUnreachable);
            }
            let other = customers::find_by_email(tx, email)?.filter(|other| other.id != customer.id);
            if other.is_some_and(|other| !command.moves.may_go_to(&other.id)) {
                return Err(ResendEmailError::AskFirst);
            }
            let before = customer.clone();
            customer = correct_address(ctx, tx, &grant, before.clone(), email, &command.actor, now)?;
            if !locked.contains(&customer.id) {
                return Err(StorageError::Conflict.into());
            }
            if customer.erased_at.is_some() {
                return Err(ResendEmailError::Erased);
            }
            note_address_change(ctx, tx, (&before, &customer), Some(&grant.id), &command.actor, now)?;
        }
        cancel_waiting(ctx, tx, &grant.id, &command.actor, now)?;
        end_window(tx, &grant.id, now)?;
        let message = NewMessage::license_key_delivered(&grant.id, &customer);
        outbox::enqueue(tx, &message, now)?;
        grants::set_email_state(tx, &grant.id, MessageState::Queued)?;
        let changes = vec![Change::set("message_id", &message.id), Change::set("to", customer.email.masked())];
        let entry = NewAuditEntry::on_grant(&command.actor, AuditAction::GrantResend, &grant.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(grant.id.to_string())
    })?;
    let addressed = outbox::of_grant(tx, &command.grant_id)?;
    let is_there = |message: &&OutboxMessage| message.recipient.as_ref() == Some(&customer.email);
    let is_repeated = addressed.iter().filter(is_there).count() > 1;
    Ok(ResentEmail { recipient: customer.email, is_repeated })
}

/// Cancels the grant's e-mails that are not being sent yet.
pub(super) fn cancel_waiting(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    for message in outbox::cancel_queued(tx, grant_id, now)? {
        let entry = NewAuditEntry {
            grant_id: Some(grant_id.clone()),
            ..NewAuditEntry::on(actor, AuditAction::MessageCancelled, ObjectKind::Message, &message, Vec::new())
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
    }
    Ok(())
}

/// The key with a fingerprint of the command. The pattern has no `..`, so that no field can be forgotten.
fn idempotency_key(ctx: &Context, command: &ResendEmail) -> Option<IdempotencyKey> {
    let ResendEmail { grant_id, email, moves: _, idempotency_key, actor } = command;
    let idempotency_key = idempotency_key.clone()?;
    let address = email.as_ref().map(EmailAddress::key).unwrap_or_default();
    let fingerprint = ctx.keyring.fingerprint(&[b"resend_email", grant_id.as_str().as_bytes(), address.as_bytes()]);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key, fingerprint })
}

/// Locks the grant's customer and the owner of the corrected address, before the grant and in order of their ids, so
/// that an erasure of either happens before this or after it.
fn lock_customers(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    email: Option<&EmailAddress>,
) -> Result<Vec<CustomerId>, StorageError> {
    let mut ids = vec![grants::find(tx, grant_id)?.customer_id];
    if let Some(email) = email {
        ids.extend(customers::find_by_email(tx, email)?.map(|customer| customer.id));
    }
    ids.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    ids.dedup();
    for id in &ids {
        customers::lock(tx, id)?;
    }
    Ok(ids)
}

/// Assigns the corrected address to the customer. If another customer already has it, the grant was meant for them and
/// moves there, because there is one customer per address.
fn correct_address(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    mut customer: Customer,
    email: &EmailAddress,
    actor: &Actor,
    now: Timestamp,
) -> Result<Customer, StorageError> {
    let other = customers::find_by_email(tx, email)?.filter(|other| other.id != customer.id);
    if let Some(other) = other {
        grants::set_customer(tx, &grant.id, &other.id, now)?;
        if let Some(id) = &grant.license_key_id {
            license_keys::set_customer(tx, id, &other.id)?;
        }
        let changes = vec![Change::new("customer_id", Some(customer.id.as_str()), Some(other.id.as_str()))];
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on_grant(actor, AuditAction::CustomerUpdate, &grant.id, changes),
            now,
        )?;
        return Ok(other);
    }
    let changes = vec![Change::new("email", Some(&customer.email.masked()), Some(&email.masked()))];
    if customer.given_name().is_none() {
        customer.name = email.to_string();
    }
    customer.email = email.clone();
    customers::update(tx, &customer, now)?;
    let entry = NewAuditEntry {
        grant_id: Some(grant.id.clone()),
        ..NewAuditEntry::on(actor, AuditAction::CustomerUpdate, ObjectKind::Customer, &customer.id, changes)
    };
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(customer)
}
