//! Growing delays after failures, counted in the database, so that they survive a restart and hold
//! on every node. A try is counted as failed before it is made: many at once count like many in a row.

use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use crate::storage::sign_in_failures::Failures;
use crate::storage::{Conn, StorageError, Tx, sign_in_failures};

const FIRST_DELAY: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_DELAY: SignedDuration = SignedDuration::from_hours(1);
/// Failures older than this count no more: nobody is locked out for good.
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// So many sessions of people who are not signed in are free for each address, within a day.
const GUEST_SESSIONS: i32 = 200;

/// A moment that is over for everybody's clock.
const NOT_BLOCKED: Timestamp = Timestamp::UNIX_EPOCH;

/// What failures are counted for, and how many of them are free.
#[derive(Debug, Clone)]
pub struct Subject {
    name: String,
    free: i32,
    forget_after: SignedDuration,
}

impl Subject {
    /// An account, by the address that was typed; hashed, because people type all kinds of secrets there.
    pub fn account(ctx: &Context, email: &str) -> Self {
        Self::new(ctx, "account", &email.trim().to_lowercase(), 5)
    }

    /// Where tries come from.
    pub fn address(ctx: &Context, address: Option<&str>) -> Self {
        Self::new(ctx, "address", &address.map_or_else(|| "unknown".to_owned(), network), 20)
    }

    /// Anything else that is worth guessing or asking for.
    pub fn new(ctx: &Context, kind: &str, text: &str, free: i32) -> Self {
        Self { name: ctx.keyring.throttle_subject(kind, text), free, forget_after: FORGET_AFTER }
    }

    /// The same, forgotten when nothing failed for this long; at most a day.
    pub fn forgotten_after(self, forget_after: SignedDuration) -> Self {
        Self { forget_after, ..self }
    }
}

/// Why nothing was tried.
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

/// Counts a try of each subject as failed; says how long the next one waits where this one fails.
pub fn reserve(ctx: &Context, subjects: &[&Subject]) -> Result<SignedDuration, Throttled> {
    for _ in subjects {
        match try_to_reserve(ctx, subjects) {
            // Two first failures at once: the second finds the first's row.
            Err(Throttled::Storage(StorageError::Conflict)) => {}
            other => return other,
        }
    }
    try_to_reserve(ctx, subjects)
}

fn try_to_reserve(ctx: &Context, subjects: &[&Subject]) -> Result<SignedDuration, Throttled> {
    let now = ctx.clock.now();
    ctx.db.write(|tx| {
        let mut counted = Vec::new();
        let mut blocked_until = now;
        for subject in subjects {
            sign_in_failures::lock_or_add(tx, &subject.name)?;
            let before = sign_in_failures::find(tx, &subject.name)?;
            blocked_until = blocked_until.max(before.as_ref().map_or(now, |failures| failures.blocked_until));
            counted.push((&subject.name, one_more(before, subject, now)));
        }
        if blocked_until > now {
            return Err(Throttled::TooManyAttempts { retry_after: now.duration_until(blocked_until) });
        }
        let mut longest = SignedDuration::ZERO;
        for (subject, failures) in counted {
            longest = longest.max(now.duration_until(failures.blocked_until));
            sign_in_failures::set(tx, subject, &failures)?;
        }
        Ok(longest)
    })
}

fn one_more(before: Option<Failures>, subject: &Subject, now: Timestamp) -> Failures {
    let remembered = before.filter(|failures| failures.last_failed_at.duration_until(now) < subject.forget_after);
    let count = remembered.map_or(0, |failures| failures.count).saturating_add(1);
    let wait = delay(count, subject.free);
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

/// How many failures of a subject are remembered.
pub fn count(conn: &mut Conn, subject: &Subject) -> Result<i32, StorageError> {
    Ok(sign_in_failures::find(conn, &subject.name)?.map_or(0, |failures| failures.count))
}

/// A try succeeded: its subject begins afresh.
pub fn forgive(tx: &mut Tx<'_>, subject: &Subject) -> Result<(), StorageError> {
    sign_in_failures::clear(tx, &subject.name)
}

/// A try succeeded: it was not a failure of its address, whose earlier ones still count.
pub fn take_back(tx: &mut Tx<'_>, subject: &Subject) -> Result<(), StorageError> {
    sign_in_failures::lock(tx, &subject.name)?;
    if let Some(failures) = sign_in_failures::find(tx, &subject.name)? {
        let fewer = Failures { count: failures.count.saturating_sub(1).max(0), blocked_until: NOT_BLOCKED, ..failures };
        sign_in_failures::set(tx, &subject.name, &fewer)?;
    }
    Ok(())
}

/// Counts somebody who is not signed in and is about to leave a session in the database: many from one
/// place have to wait.
pub fn reserve_guest_session(ctx: &Context, address: Option<&str>) -> Result<(), Throttled> {
    let place = address.map_or_else(|| "unknown".to_owned(), network);
    reserve(ctx, &[&Subject::new(ctx, "guest session", &place, GUEST_SESSIONS)]).map(drop)
}

/// Clears away what counts no more, apart from the sign-in itself: it may meet rows in any order.
pub fn forget_old(ctx: &Context) {
    let Ok(before) = ctx.clock.now().saturating_sub(FORGET_AFTER) else { return };
    if let Err(error) = ctx.db.write(|tx| sign_in_failures::clear_older(tx, before)) {
        tracing::warn!(%error, "old failures were not cleared away");
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
