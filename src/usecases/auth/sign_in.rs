//! Signing in with a password. Failures delay further attempts, per account and per network. People with a second
//! factor are asked for it next.

use jiff::SignedDuration;

use super::known_browser::KnownBrowser;
use super::sign_in_with_provider::PendingIdentity;
use super::throttle::{self, Throttled};
use crate::crypto::{self, Password};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Staff;
use crate::storage::staff::{self, second_factors};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// An attempt to sign in with a password.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: Password,
    /// The browser's cookie, if it has signed in before.
    pub browser: Option<KnownBrowser>,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// The first factor was valid.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub staff_id: StaffId,
    /// The person's security stamp at that time; the session is valid until the stamp changes.
    pub security_stamp: i64,
    /// If true, the person is not signed in until the second factor is verified.
    pub needs_code: bool,
    /// The identity to bind to the person after that.
    pub pending_identity: Option<PendingIdentity>,
}

/// How a person proved their identity; the name is stored in the audit log.
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

    /// Whether two factors were verified.
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Password | Self::Provider)
    }
}

#[derive(Debug)]
pub enum SignInError {
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
pub fn sign_in(ctx: &Context, command: &SignIn) -> Result<SignedIn, SignInError> {
    // Read before hashing the password: if all access is ended in between, this stamp is outdated.
    let person = find(ctx, &command.email)?;
    let security_stamp = person.as_ref().map_or(0, |person| person.security_stamp);
    let browser = command.browser.as_ref().zip(person.as_ref());
    let browser = browser.and_then(|(browser, person)| browser.id_for(&ctx.keyring, &person.id, security_stamp));
    let place = throttle::Place { address: command.address.as_deref(), browser };
    let subjects = throttle::sign_in_subjects(ctx, &command.email, security_stamp, place);
    let delay = throttle::reserve(ctx, &subjects)?;
    let Some(person) = check(ctx, command, person, delay)? else { return Err(SignInError::WrongCredentials) };
    throttle::forget_old(ctx);
    let signed_in = ctx.db.write(|tx| {
        if staff::lock_active(tx, &person.id, security_stamp)?.is_none() {
            return Ok::<_, StorageError>(None);
        }
        throttle::succeed(tx, &subjects)?;
        let needs_code = !second_factors::of(tx, &person.id)?.is_empty();
        if !needs_code {
            let actor = actor(command, Who::Staff(person.id.clone()));
            note_sign_in(ctx, tx, &person.id, Method::Password, &actor)?;
        }
        Ok(Some(SignedIn { staff_id: person.id.clone(), security_stamp, needs_code, pending_identity: None }))
    })?;
    signed_in.ok_or(SignInError::WrongCredentials)
}

/// Records a sign-in.
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
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

/// The object id of audit entries about addresses and passkeys that belong to nobody.
pub(in crate::usecases) const UNKNOWN: &str = "unknown";
/// The maximum number of entries per hour about unknown accounts and unsent links; beyond it only the 1,024th, the
/// 2,048th and so on are written. The log cannot be trimmed, so strangers must not be able to fill it.
const ENTRIES_AN_HOUR: i32 = 600;

/// Whether to write an entry that a stranger can cause; beyond the hourly limit, also how many there were. Only
/// entries that are `is_bounded` can be skipped, because nothing else limits their number. Counts in any case, so that
/// the response time does not reveal who is known.
pub(in crate::usecases) fn is_noted(ctx: &Context, is_bounded: bool) -> Result<Option<Vec<Change>>, StorageError> {
    let count = throttle::count_in_hour(ctx, "entries by strangers")?;
    if !is_bounded || count <= ENTRIES_AN_HOUR {
        return Ok(Some(vec![]));
    }
    let is_written = u32::try_from(count).is_ok_and(u32::is_power_of_two);
    Ok(is_written.then(|| vec![Change::set("count_this_hour", count)]))
}

/// Records a failure, and the delay if it causes one.
pub(super) fn note_failure(
    ctx: &Context,
    actor: &Actor,
    object: &str,
    what: &'static str,
    delay: SignedDuration,
) -> Result<(), StorageError> {
    note_failure_with(ctx, actor, object, vec![Change::set("failed", what)], delay)
}

/// Like [`note_failure`], with further facts about the failure.
pub(super) fn note_failure_with(
    ctx: &Context,
    actor: &Actor,
    object: &str,
    changes: Vec<Change>,
    delay: SignedDuration,
) -> Result<(), StorageError> {
    let Some(counted) = is_noted(ctx, object == UNKNOWN)? else { return Ok(()) };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let changes = changes.into_iter().chain(counted).collect();
        let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginFailed, "staff", object, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        if delay.is_positive() {
            let changes = vec![Change::set("minutes", delay.as_secs().saturating_add(59) / 60)];
            let entry = NewAuditEntry::on(actor, AuditAction::StaffLoginDelayed, "staff", object, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        Ok(())
    })
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
    let is_right = matches(hash.as_deref(), &command.password)
        && person.as_ref().is_some_and(|person| person.disabled_at.is_none());
    if is_right {
        return Ok(person);
    }
    let object = person.as_ref().map_or(UNKNOWN, |person| person.id.as_str());
    note_failure(ctx, &actor(command, Who::Unknown), object, "password", delay)?;
    Ok(None)
}

/// Whether the password matches the hash; takes equally long if there is no hash.
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
