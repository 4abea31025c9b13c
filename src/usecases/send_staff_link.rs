//! Links by e-mail: an invitation once more, a reset that an admin orders, and one that somebody who
//! forgot the password asks for. A reset leaves the second factor as it is.

use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use super::staff_error::StaffError;
use super::throttle::{self, Subject, Throttled};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::staff::StaffStatus;
use crate::domain::staff_link::LinkPurpose;
use crate::storage::{StorageError, Tx, audit, sessions, staff, staff_links};

/// Sends the invitation, or to somebody who has joined a link to a new password; ends sessions.
/// The password before stays until the link is used.
pub fn send_staff_link(
    ctx: &Context,
    staff_id: &StaffId,
    language: &str,
    actor: &Actor,
) -> Result<LinkPurpose, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let person = staff::find(tx, staff_id)?.ok_or(StaffError::NotFound)?;
        let (purpose, action) = match person.status() {
            StaffStatus::Disabled => return Err(StaffError::WrongStatus),
            StaffStatus::Invited => (LinkPurpose::Invitation, AuditAction::StaffInvite),
            StaffStatus::Active if !ctx.config.has_passwords => return Err(StaffError::PasswordsOff),
            StaffStatus::Active => (LinkPurpose::Reset, AuditAction::StaffReset),
        };
        sessions::delete_all_of(tx, staff_id)?;
        send_link(ctx, tx, staff_id, purpose, language, now)?;
        audit::append(tx, &ctx.keyring, &NewAuditEntry::on(actor, action, "staff", staff_id, vec![]), now)?;
        Ok(purpose)
    })
}

/// Writes a link and its e-mail, in place of the one before.
pub(super) fn send_link(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    purpose: LinkPurpose,
    language: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let id = StaffLinkId::random();
    let hash = ctx.keyring.token_hash(&ctx.keyring.link_token(id.as_str()));
    staff_links::replace(tx, &id, staff_id, purpose, language, &hash, now)
}

#[derive(Debug)]
pub enum ForgottenPasswordError {
    /// Too many asked from this address.
    TooManyAttempts {
        retry_after: SignedDuration,
    },
    Storage(StorageError),
}

impl From<StorageError> for ForgottenPasswordError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Throttled> for ForgottenPasswordError {
    fn from(error: Throttled) -> Self {
        match error {
            Throttled::TooManyAttempts { retry_after } => Self::TooManyAttempts { retry_after },
            Throttled::Storage(error) => Self::Storage(error),
        }
    }
}

/// Sends a link where the address is known, and does as much work where it is not: nothing tells
/// which. Of many asked for one account only the first few are sent.
pub fn send_forgotten_password_link(
    ctx: &Context,
    typed: &str,
    language: &str,
    actor: &Actor,
) -> Result<(), ForgottenPasswordError> {
    let asked_from = Subject::new(ctx, "forgotten from", actor.address.as_deref().unwrap_or("unknown"), 20);
    throttle::reserve(ctx, &[&asked_from])?;
    let account = Subject::new(ctx, "forgotten", &typed.trim().to_lowercase(), 3);
    let is_allowed = match throttle::reserve(ctx, &[&account]) {
        Ok(_) => true,
        Err(Throttled::TooManyAttempts { .. }) => false,
        Err(Throttled::Storage(error)) => return Err(error.into()),
    };
    let email = EmailAddress::parse(typed).ok();
    let written = ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let person = match &email {
            Some(email) => staff::find_by_email(tx, email)?,
            None => None,
        };
        let person = person.filter(|person| person.disabled_at.is_none());
        let object = person.as_ref().map_or("unknown", |person| person.id.as_str());
        let entry = NewAuditEntry::on(actor, AuditAction::StaffResetAsked, "staff", object, vec![]);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        if let Some(person) = person.filter(|_| is_allowed) {
            let purpose = match person.status() {
                StaffStatus::Invited => LinkPurpose::Invitation,
                StaffStatus::Active | StaffStatus::Disabled => LinkPurpose::Reset,
            };
            send_link(ctx, tx, &person.id, purpose, language, now)?;
        }
        Ok::<_, StorageError>(())
    });
    Ok(written?)
}
