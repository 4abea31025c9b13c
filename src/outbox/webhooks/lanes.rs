//! Lanes: an endpoint with due messages gets up to four threads, which end when nothing more is due. A supervisor
//! starts them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::worker::{LONGEST_SLEEP, Waker};
use super::send::run_once;
use crate::domain::ids::{WebhookEndpointId, random_id};
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::webhooks::Poster;

/// The maximum number of simultaneous webhooks per endpoint.
const LANES_PER_ENDPOINT: usize = 4;
/// The maximum number of lanes in total.
const MAX_LANES: usize = 64;

/// State shared by the supervisor and the lanes.
#[derive(Clone)]
struct Shared {
    ctx: Context,
    poster: Poster,
    waker: Waker,
    is_stopping: Arc<AtomicBool>,
    /// The number of running lanes per endpoint.
    running: Arc<Mutex<HashMap<WebhookEndpointId, usize>>>,
}

/// The running supervisor and its lanes.
pub struct Handle {
    shared: Shared,
    supervisor: Option<JoinHandle<()>>,
}

/// Starts the supervisor; commits wake it through `waker`.
pub fn start(ctx: &Context, poster: &Poster, waker: Waker) -> Handle {
    let shared = Shared {
        ctx: ctx.clone(),
        poster: poster.clone(),
        waker,
        is_stopping: Arc::default(),
        running: Arc::default(),
    };
    let mine = shared.clone();
    let supervisor = std::thread::Builder::new()
        .name("webhooks".to_owned())
        .spawn(move || supervise(&mine))
        .inspect_err(|error| tracing::error!(%error, "the webhooks' supervisor did not start"))
        .ok();
    Handle { shared, supervisor }
}

impl Handle {
    /// Waits for the lanes to finish their current webhook, for at most `patience`.
    pub fn stop(self, patience: Duration) {
        self.shared.is_stopping.store(true, Ordering::SeqCst);
        self.shared.waker.wake();
        let deadline = Instant::now() + patience;
        let is_done = || {
            self.supervisor.as_ref().is_none_or(JoinHandle::is_finished) && self.shared.lock().values().all(|n| *n == 0)
        };
        while Instant::now() < deadline && !is_done() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<WebhookEndpointId, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// How many more lanes an endpoint may have.
    fn room(&self, id: &WebhookEndpointId) -> usize {
        let running = self.lock();
        let all: usize = running.values().sum();
        let own = running.get(id).copied().unwrap_or(0);
        LANES_PER_ENDPOINT.saturating_sub(own).min(MAX_LANES.saturating_sub(all))
    }
}

fn supervise(shared: &Shared) {
    while !shared.is_stopping() {
        let seen = shared.waker.rung();
        let wait = match start_lanes(shared) {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the webhooks wait for the database");
                Duration::from_secs(1)
            }
        };
        shared.waker.sleep(seen, wait);
    }
}

/// Starts lanes for due messages, and returns how long there is nothing more to do.
fn start_lanes(shared: &Shared) -> Result<Duration, StorageError> {
    let mut wait = LONGEST_SLEEP;
    for endpoint in shared.ctx.db.read(webhooks::endpoints::enabled)? {
        let room = shared.room(&endpoint.id);
        if room == 0 {
            continue;
        }
        let now = shared.ctx.clock.now();
        let due = shared.ctx.db.read(|conn| {
            webhooks::messages::claimable(conn, &endpoint.id, now, i64::try_from(LANES_PER_ENDPOINT).unwrap_or(4))
        })?;
        if due.is_empty() {
            let next = shared.ctx.db.read(|conn| webhooks::messages::due_at(conn, &endpoint.id))?;
            wait = next.map_or(wait, |(_, at)| wait.min(until(at, now)));
            continue;
        }
        for _ in 0..due.len().min(room) {
            start_lane(shared, &endpoint.id);
        }
    }
    Ok(wait)
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(at)).unwrap_or(Duration::ZERO).max(Duration::from_millis(20))
}

fn start_lane(shared: &Shared, id: &WebhookEndpointId) {
    *shared.lock().entry(id.clone()).or_default() += 1;
    let lane = Lane { shared: shared.clone(), id: id.clone() };
    let started = std::thread::Builder::new().name("webhook".to_owned()).spawn(move || lane.work());
    if let Err(error) = started {
        tracing::error!(%error, "a webhook's lane did not start");
    }
}

/// A thread's work on one endpoint. Dropping it releases its slot, including during a panic.
struct Lane {
    shared: Shared,
    id: WebhookEndpointId,
}

impl Lane {
    fn work(self) {
        let owner = random_id("wrk_");
        while !self.shared.is_stopping() {
            match run_once(&self.shared.ctx, &self.shared.poster, &self.id, &owner) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, endpoint_id = %self.id, "a webhook waits for the database");
                    std::thread::sleep(Duration::from_secs(1));
                    break;
                }
            }
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let mut running = self.shared.lock();
        let left = running.get(&self.id).copied().unwrap_or(1).saturating_sub(1);
        if left == 0 {
            running.remove(&self.id);
        } else {
            running.insert(self.id.clone(), left);
        }
        drop(running);
        // Wakes the supervisor for messages that arrived while the slot was still taken.
        self.shared.waker.wake();
    }
}
