//! An endpoint with due messages gets up to four workers, which end when nothing more is due. A supervisor starts them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::ids::WebhookEndpointId;
use crate::domain::outbox::{Queue, RetryClass};
use crate::outbox::kind::Transports;
use crate::outbox::notifier::Notifier;
use crate::outbox::worker::{self, MAX_SLEEP, WhenIdle, sleep_until, wait_until};
use crate::storage::outbox::queue::{count_due, next_due_at};
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;

/// The maximum number of simultaneous webhooks per endpoint.
const WORKERS_PER_ENDPOINT: usize = 4;
/// The maximum number of workers in total.
const MAX_WORKERS: usize = 64;

/// State shared by the supervisor and the workers.
#[derive(Clone)]
struct Shared {
    worker: worker::Shared,
    /// The number of running workers per endpoint.
    running: Arc<Mutex<HashMap<WebhookEndpointId, usize>>>,
}

/// The running supervisor and its workers.
pub struct EndpointWorkers {
    shared: Shared,
    supervisor: Option<JoinHandle<()>>,
}

impl EndpointWorkers {
    /// Starts the supervisor; commits wake it through `notifier`.
    pub fn start(ctx: &Context, transports: &Transports, notifier: Notifier) -> Self {
        let shared = Shared { worker: worker::Shared::new(ctx, transports, notifier), running: Arc::default() };
        let of_supervisor = shared.clone();
        let supervisor = std::thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(move || supervise(&of_supervisor))
            .inspect_err(|error| tracing::error!(%error, "the webhooks' supervisor did not start"))
            .ok();
        Self { shared, supervisor }
    }

    /// Waits for the workers to finish their current webhook, for at most `timeout`.
    pub fn stop(self, timeout: Duration) {
        self.shared.worker.stop();
        let is_done = || {
            self.supervisor.as_ref().is_none_or(JoinHandle::is_finished) && self.shared.lock().values().all(|n| *n == 0)
        };
        wait_until(is_done, timeout);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<WebhookEndpointId, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many more workers an endpoint may have.
    fn room(&self, id: &WebhookEndpointId) -> usize {
        let running = self.lock();
        let all: usize = running.values().sum();
        let own = running.get(id).copied().unwrap_or(0);
        WORKERS_PER_ENDPOINT.saturating_sub(own).min(MAX_WORKERS.saturating_sub(all))
    }
}

fn supervise(shared: &Shared) {
    while !shared.worker.is_stopping() {
        let seen = shared.worker.notifier.seen();
        let wait = match start_workers(shared) {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the webhooks wait for the database");
                Duration::from_secs(1)
            }
        };
        shared.worker.notifier.sleep(seen, wait);
    }
}

/// Starts workers for due messages, and returns how long there is nothing more to do.
fn start_workers(shared: &Shared) -> Result<Duration, StorageError> {
    let mut wait = MAX_SLEEP;
    let ctx = &shared.worker.ctx;
    for endpoint in ctx.db.read(webhooks::endpoints::enabled)? {
        let room = shared.room(&endpoint.id);
        if room == 0 {
            continue;
        }
        let (queue, now) = (Queue::Endpoint(endpoint.id.clone()), ctx.clock.now());
        let due = ctx.db.read(|conn| count_due(conn, &queue, now, WORKERS_PER_ENDPOINT))?;
        if due == 0 {
            let next = ctx.db.read(|conn| next_due_at(conn, std::slice::from_ref(&queue)))?;
            wait = next.map_or(wait, |at| wait.min(sleep_until(at, now)));
        }
        for _ in 0..due.min(room) {
            start_worker(shared, &endpoint.id);
        }
    }
    Ok(wait)
}

fn start_worker(shared: &Shared, id: &WebhookEndpointId) {
    *shared.lock().entry(id.clone()).or_default() += 1;
    let worker = EndpointWorker { shared: shared.clone(), id: id.clone() };
    let started = std::thread::Builder::new().name("webhook".to_owned()).spawn(move || worker.work());
    if let Err(error) = started {
        tracing::error!(%error, "an endpoint's worker did not start");
    }
}

/// A thread's work on one endpoint. Dropping it releases its slot, including during a panic.
struct EndpointWorker {
    shared: Shared,
    id: WebhookEndpointId,
}

impl EndpointWorker {
    fn work(self) {
        let queue = Queue::Endpoint(self.id.clone());
        worker::work(&self.shared.worker, [queue], RetryClass::FirstAttempt, WhenIdle::End);
    }
}

impl Drop for EndpointWorker {
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
        self.shared.worker.notifier.notify();
    }
}
