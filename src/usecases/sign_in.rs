//! Signing in: the password is checked, and failures make the next tries slower, for the account and
//! for the address they come from.

use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use crate::crypto::{self, Password};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Staff;
use crate::storage::sign_in_failures::Failures;
use crate::storage::{StorageError, Tx, audit, sign_in_failures, staff};

const FREE_PER_ACCOUNT: i32 = 5;
const FREE_PER_ADDRESS: i32 = 20;
const FIRST_DELAY: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_DELAY: SignedDuration = SignedDuration::from_hours(1);
/// Failures older than this count no more.
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A moment that is over for everybody's clock.
const NOT_BLOCKED: Timestamp = Timestamp::UNIX_EPOCH;

/// Somebody wants to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: Password,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// Somebody is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub staff_id: StaffId,
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

/// Checks the password and says who signed in; takes as long for an unknown address as for a known one.
pub fn sign_in(ctx: &Context, command: &SignIn) -> Result<SignedIn, SignInError> {
    let subjects = Subjects::of(ctx, command);
    let reserved = match reserve(ctx, &subjects) {
        // Two first failures at once: the second finds the first's row.
        Err(SignInError::Storage(StorageError::Conflict)) => reserve(ctx, &subjects),
        other => other,
    };
    reserved?;
    let (person, is_right) = check(ctx, command)?;
    let Some(person) = person.filter(|_| is_right) else {
        return Err(SignInError::WrongCredentials);
    };
    forget_old_failures(ctx);
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        sign_in_failures::clear(tx, &subjects.account)?;
        undo_reservation(tx, &subjects.address)?;
        let actor = actor(command, Who::Staff(person.id.clone()));
        let entry = NewAuditEntry::on(&actor, AuditAction::StaffLogin, "staff", &person.id, vec![]);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(SignedIn { staff_id: person.id.clone() })
    })
}

/// The person, if known, and whether they may come in. A failure is written to the audit log.
fn check(ctx: &Context, command: &SignIn) -> Result<(Option<Staff>, bool), SignInError> {
    let known = match EmailAddress::parse(&command.email) {
        Ok(email) => ctx.db.read(|conn| {
            let Some(person) = staff::find_by_email(conn, &email)? else { return Ok::<_, StorageError>(None) };
            let hash = staff::password_hash(conn, &person.id)?;
            Ok(Some((person, hash)))
        })?,
        Err(_) => None,
    };
    let (person, is_right) = if let Some((person, hash)) = known {
        let is_right = crypto::verify_password(&hash, &command.password) && person.disabled_at.is_none();
        (Some(person), is_right)
    } else {
        crypto::verify_dummy(&command.password);
        (None, false)
    };
    if !is_right {
        let object = person.as_ref().map_or_else(|| "unknown".to_owned(), |person| person.id.to_string());
        let entry =
            NewAuditEntry::on(&actor(command, Who::Unknown), AuditAction::StaffLoginFailed, "staff", object, vec![]);
        ctx.db.write(|tx| audit::append(tx, &ctx.keyring, &entry, ctx.clock.now()))?;
    }
    Ok((person, is_right))
}

fn actor(command: &SignIn, who: Who) -> Actor {
    Actor { who, address: command.address.clone(), request_id: command.request_id.clone() }
}

/// What failures are counted for.
struct Subjects {
    account: String,
    address: String,
}

impl Subjects {
    fn of(ctx: &Context, command: &SignIn) -> Self {
        // Hashed, because people type all kinds of secrets into the first field.
        let email = command.email.trim().to_lowercase();
        let address = command.address.as_deref().map_or_else(|| "unknown".to_owned(), network);
        Self {
            account: ctx.keyring.throttle_subject("account", &email),
            address: ctx.keyring.throttle_subject("address", &address),
        }
    }
}

/// One household or machine: an IPv4 address, or the first half of an IPv6 address.
fn network(address: &str) -> String {
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => address.to_owned(),
    }
}

/// Counts the try as failed before it is made, so that many at once count like many in a row.
fn reserve(ctx: &Context, subjects: &Subjects) -> Result<(), SignInError> {
    let now = ctx.clock.now();
    ctx.db.write(|tx| {
        let tries = [(&subjects.account, FREE_PER_ACCOUNT), (&subjects.address, FREE_PER_ADDRESS)];
        let mut counted = Vec::new();
        let mut blocked_until = now;
        for (subject, free) in tries {
            sign_in_failures::lock(tx, subject)?;
            let before = sign_in_failures::find(tx, subject)?;
            blocked_until = blocked_until.max(before.as_ref().map_or(now, |failures| failures.blocked_until));
            counted.push((subject, one_more(before, free, now)));
        }
        if blocked_until > now {
            return Err(SignInError::TooManyAttempts { retry_after: now.duration_until(blocked_until) });
        }
        for (subject, failures) in counted {
            sign_in_failures::set(tx, subject, &failures)?;
        }
        Ok(())
    })
}

fn one_more(before: Option<Failures>, free: i32, now: Timestamp) -> Failures {
    let remembered = before.filter(|failures| failures.last_failed_at.duration_until(now) < FORGET_AFTER);
    let count = remembered.map_or(0, |failures| failures.count).saturating_add(1);
    let wait = delay(count, free);
    // No delay is not "until now": whoever read the clock a moment earlier would be sent away.
    let blocked_until = if wait.is_zero() { NOT_BLOCKED } else { now.saturating_add(wait).unwrap_or(now) };
    Failures { count, last_failed_at: now, blocked_until }
}

/// How long nothing is tried after the `count`-th failure.
fn delay(count: i32, free: i32) -> SignedDuration {
    if count < free {
        return SignedDuration::ZERO;
    }
    let doublings = u32::try_from(count - free).unwrap_or(0).min(10);
    FIRST_DELAY.saturating_mul(2_i32.pow(doublings)).min(LONGEST_DELAY)
}

/// Clears away what counts no more, apart from the sign-in itself: it may meet rows in any order.
fn forget_old_failures(ctx: &Context) {
    let Ok(before) = ctx.clock.now().saturating_sub(FORGET_AFTER) else { return };
    if let Err(error) = ctx.db.write(|tx| sign_in_failures::clear_older(tx, before)) {
        tracing::warn!(%error, "old failures were not cleared away");
    }
}

/// A try that succeeded was not a failure of its address.
fn undo_reservation(tx: &mut Tx<'_>, subject: &str) -> Result<(), StorageError> {
    sign_in_failures::lock(tx, subject)?;
    if let Some(failures) = sign_in_failures::find(tx, subject)? {
        let fewer = Failures { count: failures.count.saturating_sub(1).max(0), blocked_until: NOT_BLOCKED, ..failures };
        sign_in_failures::set(tx, subject, &fewer)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_a_minute_to_an_hour() {
        let minutes: Vec<i64> = (4..14).map(|count| delay(count, 5).as_secs() / 60).collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(delay(i32::MAX, 5), LONGEST_DELAY);
    }

    #[test]
    fn neighbors_in_an_ipv6_network_count_as_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
