//! Signing in: the password is checked, and failures make the next tries slower, for the account and
//! for the address they come from. Whoever has a second factor is asked for it next.

use jiff::SignedDuration;

use super::context::Context;
use super::throttle::{self, Subject, Throttled};
use crate::crypto::{self, Password};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Staff;
use crate::storage::{StorageError, Tx, audit, staff, staff_totp};

/// Somebody wants to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: Password,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// The password was right.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub staff_id: StaffId,
    /// Nobody is signed in until the second factor has been checked too.
    pub needs_code: bool,
}

/// How somebody showed who they are; the audit log keeps the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Password,
    PasswordAndCode,
    PasswordAndRecoveryCode,
    Passkey,
    Provider,
    ProviderAndCode,
    ProviderAndRecoveryCode,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndCode => "password_and_code",
            Self::PasswordAndRecoveryCode => "password_and_recovery_code",
            Self::Passkey => "passkey",
            Self::Provider => "identity_provider",
            Self::ProviderAndCode => "identity_provider_and_code",
            Self::ProviderAndRecoveryCode => "identity_provider_and_recovery_code",
        }
    }

    /// Whether two factors were shown.
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Password | Self::Provider)
    }
}

#[derive(Debug)]
pub enum SignInError {
    /// The address is unknown, the password wrong or the person disabled; which of them is not told.
    WrongCredentials,
    TooManyAttempts {
        retry_after: SignedDuration,
    },
    Storage(StorageError),
}

impl From<StorageError> for SignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Throttled> for SignInError {
    fn from(error: Throttled) -> Self {
        match error {
            Throttled::TooManyAttempts { retry_after } => Self::TooManyAttempts { retry_after },
            Throttled::Storage(error) => Self::Storage(error),
        }
    }
}

/// Checks the password and says whose it is; takes as long for an unknown address as for a known one.
pub fn sign_in(ctx: &Context, command: &SignIn) -> Result<SignedIn, SignInError> {
    let account = Subject::account(ctx, &command.email);
    let address = Subject::address(ctx, command.address.as_deref());
    let delay = throttle::reserve(ctx, &[&account, &address])?;
    let (person, is_right) = check(ctx, command, delay)?;
    let Some(person) = person.filter(|_| is_right) else {
        return Err(SignInError::WrongCredentials);
    };
    throttle::forget_old(ctx);
    ctx.db.write(|tx| {
        throttle::forgive(tx, &account)?;
        throttle::take_back(tx, &address)?;
        let needs_code = staff_totp::is_confirmed(tx, &person.id)?;
        if !needs_code {
            let actor = actor(command, Who::Staff(person.id.clone()));
            note_sign_in(ctx, tx, &person.id, Method::Password, &actor)?;
        }
        Ok(SignedIn { staff_id: person.id.clone(), needs_code })
    })
}

/// Writes down that somebody is in.
pub(super) fn note_sign_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    method: Method,
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    staff::note_signed_in(tx, staff_id, now)?;
    let changes = vec![Change::set("method", method.as_str())];
    let entry = NewAuditEntry::on(actor, AuditAction::StaffLogin, "staff", staff_id, changes);
    audit::append(tx, &ctx.keyring, &entry, now)
}

/// Writes down a failure, and the delay where one begins.
pub(super) fn note_failure(
    ctx: &Context,
    actor: &Actor,
    object: &str,
    what: &'static str,
    delay: SignedDuration,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let changes = vec![Change::set("failed", what)];
        let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginFailed, "staff", object, changes);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        if delay.is_positive() {
            let changes = vec![Change::set("minutes", delay.as_secs().saturating_add(59) / 60)];
            let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginDelayed, "staff", object, changes);
            audit::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(())
    })
}

/// The person, if known, and whether they may come in. A failure is written to the audit log.
fn check(ctx: &Context, command: &SignIn, delay: SignedDuration) -> Result<(Option<Staff>, bool), SignInError> {
    let known = match EmailAddress::parse(&command.email) {
        Ok(email) => ctx.db.read(|conn| {
            let Some(person) = staff::find_by_email(conn, &email)? else { return Ok::<_, StorageError>(None) };
            let hash = staff::password_hash(conn, &person.id)?;
            Ok(Some((person, hash)))
        })?,
        Err(_) => None,
    };
    let (person, hash) = known.unzip();
    let is_right = matches(hash.flatten().as_deref(), &command.password)
        && person.as_ref().is_some_and(|person| person.disabled_at.is_none());
    if !is_right {
        let object = person.as_ref().map_or("unknown", |person| person.id.as_str());
        note_failure(ctx, &actor(command, Who::Unknown), object, "password", delay)?;
    }
    Ok((person, is_right))
}

/// Whether it is the password of that hash; takes as long where there is no hash.
pub(super) fn matches(hash: Option<&str>, password: &Password) -> bool {
    if let Some(hash) = hash {
        return crypto::verify_password(hash, password);
    }
    crypto::verify_dummy(password);
    false
}

fn actor(command: &SignIn, who: Who) -> Actor {
    Actor { who, address: command.address.clone(), request_id: command.request_id.clone() }
}
