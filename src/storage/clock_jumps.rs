//! Moments that a clock noted while it was far ahead. Where a moment in the future means that something has to wait or
//! may go on, none may be later than its rule allows from now on: a clock that was a year ahead for a minute must not
//! stop mail, lock people out or keep sessions for a year.

use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::{SignedDuration, Timestamp};

use super::connections::leases as connections_lease;
use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::schema::{
    api_keys, bulk_runs, connection_secrets, connections, grant_handling, grants, idempotency_keys, jobs,
    outbox_messages, platform_invitations, sale_imports, sessions, sign_in_failures, staff_links, staff_totp,
    stock_keys, stock_uploads, undo_windows, webhook_endpoints,
};
use super::sql::static_sql::StaticSql;
use crate::domain::bulk::RUN_KEPT;
use crate::domain::clock::SKEW;
use crate::domain::connection::invitation::LONGEST_CHECK;
use crate::domain::connection::{LONGEST_POLL, OLD_SECRET_LASTS};
use crate::domain::grant::CLAIM_DURATION;
use crate::domain::grant::handling::{self, SKIP_DURATION};
use crate::domain::job;
use crate::domain::outbox::{LEASE, LONGEST_PAUSE, pause_after_no_answer};
use crate::domain::sale::import::IMPORT_LIFETIME;
use crate::domain::staff::link::LINK_LIFETIME;
use crate::domain::stock::UPLOAD_LIFETIME;
use crate::domain::webhook::{self, OLD_SECRET_LIFE};

/// The longest time that settings and the rules of other layers allow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Longest {
    pub session: SignedDuration,
    /// A delay after wrong passwords.
    pub delay: SignedDuration,
    /// The time for which a delivery can be undone.
    pub undo: SignedDuration,
}

/// The steps of 30 seconds by which codes of authenticator apps are counted.
const CODE_STEP: i64 = 30;

/// The latest moment that a rule of that length can have meant, and what is later than any clock explains, in
/// microseconds.
fn limits(now: Timestamp, longest: SignedDuration) -> (i64, i64) {
    let latest = now.saturating_add(longest).unwrap_or(now);
    (to_micros(latest), to_micros(latest.saturating_add(SKEW).unwrap_or(latest)))
}

/// Sets the moments of a column that are too late to the latest that can have been meant, and counts them.
macro_rules! clip {
    ($conn:expr, $now:expr, $table:ident.$column:ident, $longest:expr) => {{
        let (latest, too_late) = limits($now, $longest);
        diesel::update($table::table.filter($table::$column.gt(too_late)))
            .set($table::$column.eq(latest))
            .execute($conn)?
    }};
}

/// Clips every stored moment to what its rule allows from `now` on; returns how many were changed.
pub(crate) fn clip_moments(tx: &mut Tx<'_>, longest: Longest, now: Timestamp) -> Result<usize, StorageError> {
    let mut clipped = clip_messages(tx, longest.undo, now)? + clip_claims(tx, now)?;
    let conn: &mut Conn = tx;
    let (present, ahead) = limits(now, SignedDuration::ZERO);
    // The delay begins again now, as long as it was.
    clipped += diesel::update(sign_in_failures::table.filter(sign_in_failures::last_failed_at.gt(ahead)))
        .set((
            sign_in_failures::blocked_until
                .eq(sign_in_failures::blocked_until - sign_in_failures::last_failed_at + present),
            sign_in_failures::last_failed_at.eq(present),
        ))
        .execute(conn)?;
    clipped += clip!(conn, now, sign_in_failures.blocked_until, longest.delay);
    clipped += clip!(conn, now, sessions.created_at, SignedDuration::ZERO);
    clipped += clip!(conn, now, sessions.last_used_at, SignedDuration::ZERO);
    clipped += clip!(conn, now, sessions.expires_at, longest.session);
    clipped += clip!(conn, now, staff_links.expires_at, LINK_LIFETIME);
    clipped += clip!(conn, now, idempotency_keys.created_at, SignedDuration::ZERO);
    clipped += clip!(conn, now, jobs.lease_until, job::LEASE);
    clipped += clip!(conn, now, stock_uploads.expires_at, UPLOAD_LIFETIME);
    clipped += clip!(conn, now, bulk_runs.expires_at, RUN_KEPT);
    clipped += clip!(conn, now, sale_imports.expires_at, IMPORT_LIFETIME);
    clipped += clip!(conn, now, sale_imports.finished_at, SignedDuration::ZERO);
    let (latest, too_late) = limits(now, CLAIM_DURATION);
    let is_ahead =
        stock_keys::reserved_for.is_not_null().and(stock_keys::reserved_until.gt(too_late).assume_not_null());
    clipped +=
        diesel::update(stock_keys::table.filter(is_ahead)).set(stock_keys::reserved_until.eq(latest)).execute(conn)?;
    clipped += clip_handling(conn, now)?;
    clipped += clip!(conn, now, webhook_endpoints.old_secret_until, OLD_SECRET_LIFE);
    clipped += clip!(conn, now, webhook_endpoints.failing_since, SignedDuration::ZERO);
    clipped += clip!(conn, now, api_keys.last_used_at, SignedDuration::ZERO);
    clipped += clip!(conn, now, connections.next_poll_at, LONGEST_POLL);
    clipped += clip!(conn, now, connections.lease_until, connections_lease::LEASE);
    clipped += clip!(conn, now, connections.polled_at, SignedDuration::ZERO);
    clipped += clip!(conn, now, connection_secrets.ends_at, OLD_SECRET_LASTS);
    clipped += clip!(conn, now, undo_windows.ends_at, longest.undo);
    clipped += clip!(conn, now, platform_invitations.next_check_at, LONGEST_CHECK);
    // A code is accepted one step early or late.
    let step = now.as_second() / CODE_STEP;
    let is_ahead = staff_totp::last_step.gt(step + SKEW.as_secs() / CODE_STEP + 1);
    clipped +=
        diesel::update(staff_totp::table.filter(is_ahead)).set(staff_totp::last_step.eq(step - 2)).execute(conn)?;
    Ok(clipped)
}

/// What waits is due now; what is held, for as long as a lease lasts at most.
fn clip_messages(tx: &mut Tx<'_>, undo: SignedDuration, now: Timestamp) -> Result<usize, StorageError> {
    let webhook = (1..).map_while(webhook::pause_after).max().unwrap_or_default();
    let unanswered = (1..).map_while(pause_after_no_answer).max().unwrap_or_default();
    let too_late = |longest| limits(now, longest).1;
    // The literal conditions of the partial indexes, so that only unsent messages are read.
    let mut query = StaticSql::<Text>::new();
    for (condition, longest) in [
        ("state = 'queued' AND attempts = 0 AND next_attempt_at > ", undo),
        (
            "queue IN ('urgent_mail', 'mail') AND state = 'queued' AND attempts > 0 AND next_attempt_at > ",
            LONGEST_PAUSE,
        ),
        ("state = 'queued' AND attempts > 0 AND next_attempt_at > ", webhook),
        ("state = 'unknown' AND finished_at IS NULL AND next_attempt_at > ", unanswered),
    ] {
        query = query.sql("SELECT id FROM outbox_messages WHERE ").sql(condition).number(too_late(longest));
        query = query.sql(" UNION ");
    }
    query =
        query.sql("SELECT id FROM outbox_messages WHERE state = 'sending' AND lease_until > ").number(too_late(LEASE));
    let ids: Vec<String> = query.load(tx)?;
    let conn: &mut Conn = tx;
    let mut clipped = 0;
    for id in &ids {
        let message = outbox_messages::table.find(id);
        let waiting = diesel::update(message.filter(outbox_messages::state.ne("sending")));
        clipped += waiting.set(outbox_messages::next_attempt_at.eq(to_micros(now))).execute(conn)?;
        let (latest, too_late) = limits(now, LEASE);
        let is_held =
            outbox_messages::state.eq("sending").and(outbox_messages::lease_until.gt(too_late).assume_not_null());
        let held = diesel::update(message.filter(is_held));
        clipped += held.set(outbox_messages::lease_until.eq(latest)).execute(conn)?;
    }
    if !ids.is_empty() {
        tx.wake_outbox();
    }
    Ok(clipped)
}

fn clip_claims(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let (latest, too_late) = limits(now, CLAIM_DURATION);
    let query = StaticSql::<Text>::new().sql("SELECT id FROM grants WHERE status = 'pending' AND held_until > ");
    let ids: Vec<String> = query.number(too_late).load(tx)?;
    let conn: &mut Conn = tx;
    let mut clipped = 0;
    for id in ids {
        let is_held = grants::held_until.gt(too_late);
        clipped += diesel::update(grants::table.find(id).filter(is_held))
            .set((grants::held_until.eq(latest), grants::held_since.eq(to_micros(now))))
            .execute(conn)?;
    }
    Ok(clipped)
}

/// What is skipped or paused comes back in time.
fn clip_handling(conn: &mut Conn, now: Timestamp) -> Result<usize, StorageError> {
    let mut clipped = clip!(conn, now, grant_handling.paused_since, SignedDuration::ZERO);
    clipped += clip!(conn, now, grant_handling.back_at, handling::LONGEST_PAUSE);
    let (latest, too_late) = limits(now, SKIP_DURATION);
    let is_skipped = grant_handling::paused_since.is_null();
    let is_ahead = is_skipped.and(grant_handling::back_at.gt(too_late).assume_not_null());
    clipped +=
        diesel::update(grant_handling::table.filter(is_ahead)).set(grant_handling::back_at.eq(latest)).execute(conn)?;
    Ok(clipped)
}
