//! Signing in with a password. Failures delay further attempts, per account and per network. People with a second
//! factor are asked for it next.

use jiff::SignedDuration;

use super::known_browser::KnownBrowser;
use super::sign_in_log::{UNKNOWN, note_failure, note_sign_in};
use super::signed_in::{Method, SignedIn};
use super::throttle::{self, Throttled};
use crate::crypto::{self, Password};
use crate::domain::actor::{Actor, Who};
use crate::domain::customer::EmailAddress;
use crate::domain::staff::Staff;
use crate::storage::StorageError;
use crate::storage::staff::{self, second_factors};
use crate::usecases::context::Context;

/// An attempt to sign in with a password.
#[derive(Debug, Clone)]
pub(crate) struct SignIn {
    pub email: String,
    pub password: Password,
    /// The browser's cookie, if it has signed in before.
    pub browser: Option<KnownBrowser>,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

#[derive(Debug)]
pub(crate) enum SignInError {
    /// The address is unknown, the password is wrong or the person is disabled; the caller cannot tell which.
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

/// Checks the password and returns its owner; takes equally long for known and unknown addresses.
pub(crate) fn sign_in(ctx: &Context, command: &SignIn) -> Result<SignedIn, SignInError> {
    // Read before hashing the password: if all access is ended in between, this stamp is outdated.
    let person = find(ctx, &command.email)?;
    let security_stamp = person.as_ref().map_or(0, |person| person.security_stamp);
    let browser = command.browser.as_ref().zip(person.as_ref());
    let browser = browser.and_then(|(browser, person)| browser.id_for(&ctx.keyring, &person.id, security_stamp));
    let origin = throttle::Origin { address: command.address.as_deref(), browser };
    let subjects = throttle::sign_in_subjects(ctx, &command.email, security_stamp, origin);
    let delay = throttle::reserve(ctx, &subjects)?;
    let Some(person) = check(ctx, command, person, delay)? else { return Err(SignInError::WrongCredentials) };
    throttle::purge_expired(ctx);
    let signed_in = ctx.db.write(|tx| {
        if staff::lock_active(tx, &person.id, security_stamp)?.is_none() {
            return Ok::<_, StorageError>(None);
        }
        throttle::succeed(tx, &subjects)?;
        let needs_code = !second_factors::of(tx, &person.id)?.is_empty();
        if !needs_code {
            let actor = actor_of(command, Who::Staff(person.id.clone()));
            note_sign_in(ctx, tx, &person.id, Method::Password, &actor)?;
        }
        Ok(Some(SignedIn { staff_id: person.id.clone(), security_stamp, needs_code, pending_identity: None }))
    })?;
    signed_in.ok_or(SignInError::WrongCredentials)
}

fn find(ctx: &Context, email: &str) -> Result<Option<Staff>, StorageError> {
    match EmailAddress::parse(email) {
        Ok(email) => ctx.db.read(|conn| staff::find_by_email(conn, &email)),
        Err(_) => Ok(None),
    }
}

/// The person, if they are known, allowed to sign in, and the password is theirs. A failure is recorded in the audit
/// log.
fn check(
    ctx: &Context,
    command: &SignIn,
    person: Option<Staff>,
    delay: SignedDuration,
) -> Result<Option<Staff>, SignInError> {
    let hash = match &person {
        Some(person) => ctx.db.read(|conn| staff::password_hash(conn, &person.id))?,
        None => None,
    };
    let is_right = is_password(hash.as_deref(), &command.password)
        && person.as_ref().is_some_and(|person| person.disabled_at.is_none());
    if is_right {
        return Ok(person);
    }
    let object = person.as_ref().map_or(UNKNOWN, |person| person.id.as_str());
    note_failure(ctx, &actor_of(command, Who::Unknown), object, "password", delay)?;
    Ok(None)
}

/// Whether it is the password of that hash; takes as long where there is no hash.
pub(super) fn is_password(hash: Option<&str>, password: &Password) -> bool {
    if let Some(hash) = hash {
        return crypto::verify_password(hash, password);
    }
    crypto::verify_dummy(password);
    false
}

fn actor_of(command: &SignIn, who: Who) -> Actor {
    Actor { who, address: command.address.clone(), request_id: command.request_id.clone() }
}
