//! Housekeeping in the background: every second it seals new audit entries, checkpoints SQLite's write-ahead log and goes
//! on with jobs; every minute it warns of e-mails that do not get out, looks after the stock and clips moments that lie too far ahead; every few minutes it purges expired rows and files that nobody has.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::crypto::random_base62;
use crate::domain::clock::SKEW;
use crate::domain::connection::{EVENTS_KEPT, HOOKS_KEPT};
use crate::domain::sale::import::LINES_KEPT;
use crate::storage::clock_jumps::{self, Longest};
use crate::storage::outbox::stats;
use crate::storage::sales::imports;
use crate::storage::staff::sessions;
use crate::storage::stock::uploads;
use crate::storage::{StorageError, Tx, bulk_runs, connections, grants, idempotency, installation, webhooks};
use crate::usecases::Context;
use crate::usecases::audit_log::seal::Sealer;
use crate::usecases::auth::throttle::MAX_DELAY;
use crate::usecases::files::sweep::sweep_files;
use crate::usecases::jobs::run_jobs;
use crate::usecases::stock::alerts;

const SEAL_INTERVAL: Duration = Duration::from_secs(1);
const PURGE_INTERVAL: Duration = Duration::from_secs(10 * 60);
const CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// How long jobs run between two rounds.
const JOB_TIME: Duration = Duration::from_millis(500);

/// The running thread.
#[derive(Debug)]
pub struct Handle {
    is_stopping: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread.
pub fn start(ctx: &Context) -> Handle {
    let is_stopping = Arc::new((Mutex::new(false), Condvar::new()));
    let (ctx, stop) = (ctx.clone(), Arc::clone(&is_stopping));
    let thread = std::thread::Builder::new()
        .name("housekeeping".to_owned())
        .spawn(move || work(&ctx, &stop))
        .inspect_err(|error| tracing::error!(%error, "housekeeping did not start"))
        .ok();
    Handle { is_stopping, thread }
}

impl Handle {
    /// Seals the remaining entries and ends; waits at most `timeout`.
    pub fn stop(self, timeout: Duration) {
        let (is_stopping, stopped) = &*self.is_stopping;
        *is_stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        stopped.notify_all();
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline && self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn work(ctx: &Context, stop: &(Mutex<bool>, Condvar)) {
    let mut sealer = Sealer::default();
    let mut next_purge = Instant::now();
    let mut next_check = Instant::now();
    let mut looked_at = ctx.clock.now();
    let mut truncated_at = None;
    let owner = random_base62(16);
    let mut has_jobs = false;
    loop {
        // Long work goes on without a pause; writers get their turn between its steps.
        let is_last = sleep(stop, if has_jobs { Duration::ZERO } else { SEAL_INTERVAL });
        if let Err(error) = sealer.run(ctx) {
            tracing::warn!(%error, "the audit log could not be sealed and will be tried again");
        }
        if is_last {
            return;
        }
        // Commits from here on belong to the next round.
        let generation = Some(ctx.db.generation());
        if generation != truncated_at {
            match ctx.db.truncate_wal() {
                Ok(true) => truncated_at = generation,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "the write-ahead log could not be checkpointed; it will be tried again");
                }
            }
        }
        has_jobs = run_jobs(ctx, &owner, JOB_TIME).unwrap_or_else(|error| {
            tracing::warn!(%error, "a job could not go on; it will be tried again");
            false
        });
        let was_set_back = looked_at.duration_until(ctx.clock.now()) < -SKEW;
        looked_at = ctx.clock.now();
        if (was_set_back || Instant::now() >= next_check)
            && let Err(error) = clip_moments(ctx)
        {
            tracing::warn!(%error, "moments too far ahead could not be clipped; it will be tried again");
        }
        if Instant::now() >= next_check {
            next_check = Instant::now() + CHECK_INTERVAL;
            if let Err(error) = warn_about_mail(ctx) {
                tracing::warn!(%error, "the outbox could not be looked at");
            }
            if let Err(error) = look_after_imports(ctx) {
                tracing::warn!(%error, "files of sales that wait were not looked after");
            }
            if let Err(error) = look_after_stock(ctx) {
                tracing::warn!(%error, "the stock could not be looked at; it will be tried again");
            }
        }
        if Instant::now() >= next_purge {
            next_purge = Instant::now() + PURGE_INTERVAL;
            if let Err(error) = purge_expired(ctx) {
                tracing::warn!(%error, "expired rows could not be purged; it will be tried again");
            }
            match sweep_files(ctx) {
                Ok(removed) => tracing::debug!(removed, "swept files"),
                Err(error) => tracing::warn!(%error, "unused files could not be removed; it will be tried again"),
            }
        }
    }
}

/// Waits for the next round; `true` if it is the last.
fn sleep((is_stopping, stopped): &(Mutex<bool>, Condvar), pause: Duration) -> bool {
    let guard = is_stopping.lock().unwrap_or_else(PoisonError::into_inner);
    let (guard, _) =
        stopped.wait_timeout_while(guard, pause, |is_stopping| !*is_stopping).unwrap_or_else(PoisonError::into_inner);
    *guard
}

/// Logs a warning if e-mails have not got out for a minute because the mail server is away or refuses them all; returns
/// whether it did.
pub fn warn_about_mail(ctx: &Context) -> Result<bool, StorageError> {
    let now = ctx.clock.now();
    let before = now.saturating_sub(jiff::SignedDuration::from_mins(1)).unwrap_or(now);
    let (fault, overdue) = ctx.db.read(|conn| {
        Ok::<_, StorageError>((installation::get(conn, installation::MAIL_FAULT)?, stats::overdue_mail(conn, before)?))
    })?;
    let (Some(fault), Some(overdue)) = (fault, overdue) else { return Ok(false) };
    // Replies often repeat the recipient's address.
    let cause = if fault.contains('@') { fault.get(..3).unwrap_or_default() } else { fault.as_str() };
    let oldest_seconds = overdue.since.duration_until(now).as_secs();
    tracing::warn!(emails = overdue.count, oldest_seconds, cause, "e-mails are not getting out");
    Ok(true)
}

/// Raises the alerts of stocks that are low, and deletes uploads and bulk runs that are over; returns how many.
pub fn look_after_stock(ctx: &Context) -> Result<usize, StorageError> {
    alerts::check_all(ctx)?;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        Ok(uploads::delete_expired(tx, now)? + bulk_runs::delete_expired(tx, now)?)
    })
}

/// Deletes files of sales that nobody has confirmed in time; returns how many.
pub fn look_after_imports(ctx: &Context) -> Result<usize, StorageError> {
    ctx.db.write(|tx| imports::delete_expired(tx, ctx.clock.now()))
}

/// Clips moments that a clock noted while it was far ahead, so that nothing waits or goes on for longer than its rule
/// allows from now on; returns how many there were.
pub fn clip_moments(ctx: &Context) -> Result<usize, StorageError> {
    let longest = Longest { session: ctx.config.session_max, delay: MAX_DELAY, undo: ctx.config.undo };
    let clipped = ctx.db.write(|tx| clock_jumps::clip_moments(tx, longest, ctx.clock.now()))?;
    if clipped > 0 {
        tracing::warn!(moments = clipped, "stored moments lay too far ahead and were clipped; the clock was wrong");
    }
    Ok(clipped)
}

/// Removes sessions past their absolute limit, idempotency keys older than a day, old notes about connections, and
/// windows for undoing that are over, and
/// cancels webhooks whose endpoint was deleted.
pub fn purge_expired(ctx: &Context) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let sessions = sessions::delete_expired(tx, now)?;
        let keys = idempotency::purge_expired(tx, now)?;
        let webhooks = webhooks::messages::cancel_of_deleted(tx, now)?;
        let hooks = purge_connections(tx, now)?;
        imports::purge_lines(tx, now.saturating_sub(LINES_KEPT).unwrap_or(now))?;
        tracing::debug!(sessions, idempotency_keys = keys, webhooks, hooks, "purged");
        let windows = grants::undo::purge(tx, now)?;
        tracing::debug!(sessions, idempotency_keys = keys, webhooks, hooks, windows, "purged");
        Ok(())
    })
}

/// Deletes what connections noted of their calls, and what arrived at them, once it is old enough; returns how much of
/// the latter.
fn purge_connections(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let before = |age| now.saturating_sub(age).unwrap_or(now);
    connections::events::purge(tx, before(EVENTS_KEPT))?;
    let mut purged = 0;
    for connection in connections::rows::all(tx)? {
        purged += connections::hooks::purge(tx, &connection.id, before(HOOKS_KEPT))?;
    }
    Ok(purged)
}
