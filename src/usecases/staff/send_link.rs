//! Sending links by e-mail: a repeated invitation, a reset ordered by an admin, or one requested by a person who
//! forgot the password. A reset does not affect the second factor.

use jiff::{SignedDuration, Timestamp};

use super::error::StaffError;
use crate::config::BaseUrl;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::outbox::NewMessage;
use crate::domain::staff::StaffStatus;
use crate::domain::staff::link::LinkPurpose;
use crate::storage::{StorageError, Tx, audit_log, outbox, staff};
use crate::usecases::auth::revoke_access::revoke_access;
use crate::usecases::auth::sign_in_log::{UNKNOWN, is_noted};
use crate::usecases::auth::throttle::{self, Subject, Throttled};
use crate::usecases::context::Context;

/// Sends an invitation again, or a password link to a person who has joined; ends all their access first. The old
/// password stays valid until the link is used.
pub fn send_staff_link(
    ctx: &Context,
    staff_id: &StaffId,
    language: &str,
    actor: &Actor,
) -> Result<LinkPurpose, StaffError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock_admins(tx)?;
        let person = staff::lock(tx, staff_id)?.ok_or(StaffError::NotFound)?;
        let (purpose, action) = match person.status() {
            StaffStatus::Disabled => return Err(StaffError::WrongStatus),
            StaffStatus::Invited => (LinkPurpose::Invitation, AuditAction::StaffInvite),
            StaffStatus::Active if !ctx.config.has_passwords => return Err(StaffError::PasswordsOff),
            StaffStatus::Active => (LinkPurpose::Reset, AuditAction::StaffReset),
        };
        revoke_access(tx, staff_id, None)?;
        send_link(ctx, tx, staff_id, purpose, language, now)?;
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on(actor, action, ObjectKind::Staff, staff_id, link_changes(ctx)),
            now,
        )?;
        Ok(purpose)
    })
}

/// Where a link leads: whoever has the URL can set the person's password.
pub fn link_url(ctx: &Context, id: &StaffLinkId) -> String {
    let base = ctx.config.base_url.as_ref().map(BaseUrl::origin).unwrap_or_default();
    if ctx.config.has_passwords {
        format!("{base}/new-password?token={}", ctx.keyring.link_token(id.as_str()))
    } else {
        format!("{base}/login")
    }
}

/// What the audit log says about the link: without a mail server it is shown to the admin who ordered it.
pub(super) fn link_changes(ctx: &Context) -> Vec<Change> {
    if ctx.config.smtp_url.is_none() { vec![Change::set("link", "shown")] } else { vec![] }
}

/// Creates a link with its e-mail, replacing the previous one.
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
    staff::links::replace(tx, &id, staff_id, purpose, language, &hash, now)?;
    outbox::enqueue(tx, &NewMessage::staff_link(&id), now)
}

#[derive(Debug)]
pub enum ForgottenPasswordError {
    /// Too many requests from this network.
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

/// Sends a link if the address is known, and does the same amount of work if it is not, so that nothing reveals which.
/// Only the first few requests for one account send a link.
pub fn send_forgotten_password_link(
    ctx: &Context,
    typed: &str,
    language: &str,
    actor: &Actor,
) -> Result<(), ForgottenPasswordError> {
    throttle::reserve(ctx, &[Subject::network(ctx, "forgotten from", actor.address.as_deref(), 20)])?;
    let is_allowed = match throttle::reserve(ctx, &[Subject::recipient(ctx, "forgotten", typed, 3)]) {
        Ok(_) => true,
        Err(Throttled::TooManyAttempts { .. }) => false,
        Err(Throttled::Storage(error)) => return Err(error.into()),
    };
    let person = match EmailAddress::parse(typed) {
        Ok(email) => ctx.db.read(|conn| staff::find_by_email(conn, &email))?,
        Err(_) => None,
    };
    let person = person.filter(|person| person.disabled_at.is_none());
    let object = person.as_ref().map_or(UNKNOWN, |person| person.id.as_str());
    // The limit per account bounds the number of links sent, but nothing else bounds the number of requests.
    let noted = is_noted(ctx, person.is_none() || !is_allowed)?;
    let written = ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if let Some(changes) = noted {
            let entry = NewAuditEntry::on(actor, AuditAction::StaffResetAsked, ObjectKind::Staff, object, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        let person = match &person {
            Some(person) => staff::lock(tx, &person.id)?.filter(|person| person.disabled_at.is_none()),
            None => None,
        };
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
