//! Increasing delays after failures, stored in the database so that they survive a restart and apply to every node. An
//! attempt is counted as failed before it is made, so parallel attempts count like sequential ones.

use jiff::{SignedDuration, Timestamp};

use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::network::Network;
use crate::storage::staff::sign_in_failures::{self, Failures};
use crate::storage::{Conn, StorageError, Tx};
use crate::usecases::context::Context;

const FIRST_DELAY: SignedDuration = SignedDuration::from_mins(1);
/// The longest delay.
pub(crate) const MAX_DELAY: SignedDuration = SignedDuration::from_hours(1);
/// Older failures no longer count: nobody is locked out permanently.
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// The number of failures without delay for one account from one network or browser.
const FREE: i32 = 5;
/// The number of failures without delay for one account from all networks together, per day.
const FREE_OVERALL: i32 = 50;
/// The number of sessions without delay that a network may open without signing in, per day.
const GUEST_SESSIONS: i32 = 200;

const SECONDS_AN_HOUR: i64 = 60 * 60;
const SECONDS_A_DAY: i64 = 24 * SECONDS_AN_HOUR;

/// What failures on the sign-in pages are counted as, per network.
const SIGN_IN: &str = "address";

/// A time that is in the past for every clock.
const NOT_BLOCKED: Timestamp = Timestamp::UNIX_EPOCH;

/// What failures are counted for, and how many cause no delay.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    name: String,
    free: i32,
    scope: Scope,
    forget_after: SignedDuration,
}

/// Whose failures a subject counts, which determines the effect of a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// One account's from one network or browser: a success clears them.
    Own,
    /// Those of everyone in a network: a success takes back only its own attempt.
    Shared,
    /// Those from all networks. Each network adds only the delay-free failures of the subject before this one, so a
    /// single network never delays anyone else.
    Overall,
}

impl Subject {
    /// An action that is limited per network and day.
    pub(crate) fn network(ctx: &Context, kind: &str, address: Option<&str>, free: i32) -> Self {
        let network = network(address);
        Self {
            name: ctx.keyring.throttle_subject(kind, &network),
            free,
            forget_after: FORGET_AFTER,
            scope: Scope::Shared,
        }
    }

    /// Messages to one address that was entered; hashed, because people enter secrets there by mistake.
    pub(crate) fn recipient(ctx: &Context, kind: &str, email: &str, free: i32) -> Self {
        Self {
            name: ctx.keyring.throttle_subject(kind, &account_key(email)),
            free,
            forget_after: FORGET_AFTER,
            scope: Scope::Own,
        }
    }

    /// An action that is limited per signed-in person; forgotten after `forget_after` without a failure, at most a
    /// day.
    pub(crate) fn person(ctx: &Context, kind: &str, id: &str, free: i32, forget_after: SignedDuration) -> Self {
        Self { name: ctx.keyring.throttle_subject(kind, id), free, forget_after, scope: Scope::Shared }
    }

    /// Failures of all kinds on the sign-in pages, per network.
    pub(crate) fn sign_in_network(ctx: &Context, address: Option<&str>) -> Self {
        Self::network(ctx, SIGN_IN, address, 20)
    }
}

/// Where an attempt to sign in comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub address: Option<&'a str>,
    /// The id of a browser that has signed in to this account before.
    pub browser: Option<&'a str>,
}

/// The subjects for a password on the sign-in page. `security_stamp` is the account's, or any number if there is no
/// such account; when it changes, all counts start again.
pub(crate) fn sign_in_subjects(ctx: &Context, email: &str, security_stamp: i64, origin: Origin<'_>) -> Vec<Subject> {
    let account = format!("{} {security_stamp}", account_key(email));
    let mut subjects = guessing(ctx, "password", &account, origin);
    if origin.browser.is_none() {
        subjects.push(Subject::sign_in_network(ctx, origin.address));
    }
    subjects
}

/// The subjects for a second factor after the first was valid.
pub(crate) fn second_step_subjects(
    ctx: &Context,
    staff_id: &StaffId,
    security_stamp: i64,
    origin: Origin<'_>,
) -> Vec<Subject> {
    guessing(ctx, "code", &format!("{staff_id} {security_stamp}"), origin)
}

/// The subject for a signed-in person entering their password again; strangers cannot add to it.
pub(crate) fn confirmation_subjects(ctx: &Context, staff_id: &StaffId, security_stamp: i64) -> Vec<Subject> {
    vec![own(ctx, "confirmation", &format!("{staff_id} {security_stamp}"))]
}

/// A known browser is counted separately. All others are counted per network, and with a higher limit over all
/// networks.
fn guessing(ctx: &Context, kind: &str, account: &str, origin: Origin<'_>) -> Vec<Subject> {
    if let Some(browser) = origin.browser {
        return vec![own(ctx, kind, &format!("{account} browser {browser}"))];
    }
    let day = ctx.clock.now().as_second() / SECONDS_A_DAY;
    let overall = ctx.keyring.throttle_subject(kind, &format!("{account} day {day}"));
    vec![
        own(ctx, kind, &format!("{account} network {}", network(origin.address))),
        Subject { name: overall, free: FREE_OVERALL, forget_after: FORGET_AFTER, scope: Scope::Overall },
    ]
}

fn own(ctx: &Context, kind: &str, text: &str) -> Subject {
    Subject {
        name: ctx.keyring.throttle_subject(kind, text),
        free: FREE,
        forget_after: FORGET_AFTER,
        scope: Scope::Own,
    }
}

/// The form of an address that identifies an account, regardless of how it is written.
fn account_key(email: &str) -> String {
    EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key())
}

fn network(address: Option<&str>) -> String {
    address.and_then(Network::parse).map_or_else(|| "unknown".to_owned(), |network| network.to_string())
}

/// Why no attempt was made.
#[derive(Debug)]
pub enum Throttled {
    TooManyAttempts { retry_after: SignedDuration },
    Storage(StorageError),
}

impl From<StorageError> for Throttled {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Counts an attempt of each subject as failed; returns the delay that applies if it does fail.
pub(crate) fn reserve(ctx: &Context, subjects: &[Subject]) -> Result<SignedDuration, Throttled> {
    // On simultaneous first failures the second transaction conflicts, at most once per subject, and is retried.
    for _ in subjects {
        match try_to_reserve(ctx, subjects) {
            Err(Throttled::Storage(StorageError::Conflict)) => {}
            other => return other,
        }
    }
    try_to_reserve(ctx, subjects)
}

fn try_to_reserve(ctx: &Context, subjects: &[Subject]) -> Result<SignedDuration, Throttled> {
    let now = ctx.clock.now();
    ctx.db.write(|tx| {
        let mut counted = Vec::new();
        let mut blocked_until = now;
        let mut was_free = true;
        for subject in subjects {
            sign_in_failures::lock_or_add(tx, &subject.name)?;
            let before = sign_in_failures::find(tx, &subject.name)?;
            blocked_until = blocked_until.max(before.as_ref().map_or(now, |failures| failures.blocked_until));
            if subject.scope == Scope::Overall && !was_free {
                continue;
            }
            let failures = one_more(before, subject.free, subject.forget_after, now);
            was_free = failures.count <= subject.free;
            counted.push((&subject.name, failures));
        }
        if blocked_until > now {
            return Err(Throttled::TooManyAttempts { retry_after: now.duration_until(blocked_until).min(MAX_DELAY) });
        }
        let mut longest = SignedDuration::ZERO;
        for (subject, failures) in counted {
            longest = longest.max(now.duration_until(failures.blocked_until));
            sign_in_failures::set(tx, subject, &failures)?;
        }
        Ok(longest)
    })
}

fn one_more(before: Option<Failures>, free: i32, forget_after: SignedDuration, now: Timestamp) -> Failures {
    let remembered = before.filter(|failures| failures.last_failed_at.duration_until(now) < forget_after);
    let count = remembered.map_or(0, |failures| failures.count).saturating_add(1);
    let wait = delay(count, free);
    // "No delay" must not be stored as "until now": a request that read the clock a moment earlier would be rejected.
    let blocked_until = if wait.is_zero() { NOT_BLOCKED } else { now.saturating_add(wait).unwrap_or(now) };
    Failures { count, last_failed_at: now, blocked_until }
}

/// The delay after failure number `count`.
fn delay(count: i32, free: i32) -> SignedDuration {
    if count < free {
        return SignedDuration::ZERO;
    }
    let doublings = u32::try_from(count - free).unwrap_or(0).min(10);
    FIRST_DELAY.saturating_mul(2_i32.pow(doublings)).min(MAX_DELAY)
}

/// Marks a reserved attempt as successful.
pub(crate) fn succeed(tx: &mut Tx<'_>, subjects: &[Subject]) -> Result<(), StorageError> {
    for subject in subjects {
        match subject.scope {
            Scope::Own => sign_in_failures::clear(tx, &subject.name)?,
            Scope::Shared | Scope::Overall => take_back(tx, subject)?,
        }
    }
    Ok(())
}

/// The number of recorded failures of a subject.
pub(crate) fn count(conn: &mut Conn, subject: &Subject) -> Result<i32, StorageError> {
    Ok(sign_in_failures::find(conn, &subject.name)?.map_or(0, |failures| failures.count))
}

/// Takes back one attempt; earlier failures still count.
fn take_back(tx: &mut Tx<'_>, subject: &Subject) -> Result<(), StorageError> {
    sign_in_failures::lock(tx, &subject.name)?;
    if let Some(failures) = sign_in_failures::find(tx, &subject.name)? {
        let fewer = Failures { count: failures.count.saturating_sub(1).max(0), blocked_until: NOT_BLOCKED, ..failures };
        sign_in_failures::set(tx, &subject.name, &fewer)?;
    }
    Ok(())
}

/// Counts a visitor who is about to store a session without signing in; too many from one network are delayed.
pub(crate) fn reserve_guest_session(ctx: &Context, address: Option<&str>) -> Result<(), Throttled> {
    reserve(ctx, &[Subject::network(ctx, "guest session", address, GUEST_SESSIONS)]).map(drop)
}

/// Counts one more event in the current hour for the whole installation and returns the total.
pub(crate) fn count_in_hour(ctx: &Context, kind: &str) -> Result<i32, StorageError> {
    let now = ctx.clock.now();
    let hour = now.as_second() / SECONDS_AN_HOUR;
    let name = ctx.keyring.throttle_subject(kind, &hour.to_string());
    let count = || {
        ctx.db.write(|tx| {
            sign_in_failures::lock_or_add(tx, &name)?;
            let failures = one_more(sign_in_failures::find(tx, &name)?, i32::MAX, FORGET_AFTER, now);
            sign_in_failures::set(tx, &name, &failures)?;
            Ok(failures.count)
        })
    };
    match count() {
        // Two transactions counted the first event of the hour.
        Err(StorageError::Conflict) => count(),
        counted => counted,
    }
}

/// Forgets the failures of a network on the sign-in pages, or all failures.
pub(in crate::usecases) fn lift(ctx: &Context, tx: &mut Tx<'_>, network: Option<Network>) -> Result<(), StorageError> {
    match network {
        Some(network) => sign_in_failures::clear(tx, &ctx.keyring.throttle_subject(SIGN_IN, &network.to_string())),
        None => sign_in_failures::clear_all(tx),
    }
}

/// Deletes expired counters. Runs separately from sign-in, because it may lock rows in any order.
pub(crate) fn purge_expired(ctx: &Context) {
    let Ok(before) = ctx.clock.now().saturating_sub(FORGET_AFTER) else { return };
    if let Err(error) = ctx.db.write(|tx| sign_in_failures::clear_older(tx, before)) {
        tracing::warn!(%error, "old failures were not cleared away");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_a_minute_to_an_hour() {
        let minutes: Vec<i64> = (4..14).map(|count| delay(count, 5).as_secs() / 60).collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(delay(i32::MAX, 5), MAX_DELAY);
    }
}
