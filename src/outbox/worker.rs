//! The workers: threads that sleep until a commit adds a message, or until one is due again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::courier::Courier;
use super::staff_links;
use crate::domain::ids::random_id;
use crate::domain::outbox::Lane;
use crate::mail::Mailer;
use crate::storage::StorageError;
use crate::storage::outbox::due::next_due_at;
use crate::usecases::Context;

/// The number of messages sent simultaneously; equals the mailer's number of connections.
const WORKERS: usize = 4;

/// The maximum sleep. Needed because other nodes add messages too, and their workers may die.
pub(super) const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Wakes sleeping workers when there may be work. Clones wake the same workers.
#[derive(Debug, Clone, Default)]
pub struct Waker {
    bell: Arc<(Mutex<u64>, Condvar)>,
}

impl Waker {
    /// Wakes all sleeping workers.
    pub fn wake(&self) {
        let (rung, bell) = &*self.bell;
        *rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        bell.notify_all();
    }

    pub(super) fn rung(&self) -> u64 {
        *self.bell.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps unless there was a wake-up since `seen` was read.
    pub(super) fn sleep(&self, seen: u64, at_most: Duration) {
        let (rung, bell) = &*self.bell;
        let guard = rung.lock().unwrap_or_else(PoisonError::into_inner);
        drop(bell.wait_timeout_while(guard, at_most, |rung| *rung == seen));
    }
}

/// The running workers.
#[derive(Debug)]
pub struct Handle {
    waker: Waker,
    is_stopping: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the workers; commits wake them through `waker`.
pub fn start(ctx: &Context, mailer: &Arc<Mailer>, waker: Waker) -> Handle {
    let is_stopping = Arc::new(AtomicBool::new(false));
    let threads = (0..WORKERS)
        .filter_map(|number| {
            let (ctx, mailer, waker, is_stopping) =
                (ctx.clone(), Arc::clone(mailer), waker.clone(), Arc::clone(&is_stopping));
            std::thread::Builder::new()
                .name("outbox".to_owned())
                .spawn(move || work(&ctx, &mailer, &waker, &is_stopping, number))
                .inspect_err(|error| tracing::error!(%error, "an outbox worker did not start"))
                .ok()
        })
        .collect();
    Handle { waker, is_stopping, threads }
}

impl Handle {
    /// Waits for the workers to finish their current message, for at most `patience`.
    pub fn stop(self, patience: Duration) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.waker.wake();
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline && self.threads.iter().any(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn work(ctx: &Context, mailer: &Mailer, waker: &Waker, is_stopping: &AtomicBool, number: usize) {
    let owner = random_id("wrk_");
    let mut courier = Courier::new(owner.clone());
    // The worker keeps its lane: however slow a server is with retries, they occupy only one worker while first
    // attempts are waiting.
    let lane = Lane::first_for(number);
    while !is_stopping.load(Ordering::SeqCst) {
        let seen = waker.rung();
        match round(ctx, mailer, &mut courier, &owner, lane) {
            Ok(true) => {}
            Ok(false) => waker.sleep(seen, until_next(ctx)),
            Err(error) => {
                tracing::warn!(%error, "the outbox waits for the database");
                waker.sleep(seen, Duration::from_secs(1));
            }
        }
    }
    if let Err(error) = courier.put_down(ctx) {
        tracing::error!(%error, "what came of an e-mail was not written down; it goes out again");
    }
}

/// Sends links for staff first, because people are waiting for them. No outcome is pending during that.
fn round(ctx: &Context, mailer: &Mailer, courier: &mut Courier, owner: &str, lane: Lane) -> Result<bool, StorageError> {
    let mut has_sent = false;
    if staff_links::is_due(ctx)? {
        courier.put_down(ctx)?;
        has_sent = staff_links::run_once(ctx, mailer, owner)?;
    }
    Ok(courier.run_once(ctx, mailer, lane)? || has_sent)
}

fn until_next(ctx: &Context) -> Duration {
    let next = ctx.db.read(next_due_at).ok().flatten();
    next.map_or(LONGEST_SLEEP, |at| {
        let wait = Duration::try_from(ctx.clock.now().duration_until(at)).unwrap_or(Duration::ZERO);
        wait.clamp(Duration::from_millis(20), LONGEST_SLEEP)
    })
}

/// Sends until no message is due.
pub fn run_until_empty(ctx: &Context, mailer: &Mailer) -> Result<usize, StorageError> {
    let mut sent = 0;
    let mut courier = Courier::new("until-empty".to_owned());
    while courier.run_once(ctx, mailer, Lane::first_for(sent))? || staff_links::run_once(ctx, mailer, "until-empty")? {
        sent += 1;
    }
    Ok(sent)
}
