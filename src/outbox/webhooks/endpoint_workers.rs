//! An endpoint with due messages gets up to four workers, which end when nothing more is due. A supervisor starts them.
//! If there are not enough for all endpoints, workers end after each message, and the endpoints take turns.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::ids::WebhookEndpointId;
use crate::domain::outbox::{Queue, RetryClass};
use crate::outbox::kind::Transports;
use crate::outbox::notifier::Notifier;
use crate::outbox::worker::{self, MAX_SLEEP, Until, sleep_until, wait_until};
use crate::storage::outbox::queue::{count_due, next_due_at};
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;

/// The maximum number of simultaneous webhooks per endpoint.
const WORKERS_PER_ENDPOINT: usize = 4;

/// State shared by the supervisor and the workers.
#[derive(Clone)]
struct Shared {
    worker: worker::Shared,
    slots: Arc<Mutex<Slots>>,
}

/// Which endpoints have workers.
#[derive(Default)]
struct Slots {
    /// The number of running workers per endpoint.
    running: HashMap<WebhookEndpointId, usize>,
    /// When an endpoint last got a worker, counted in workers.
    last_started: HashMap<WebhookEndpointId, u64>,
    started: u64,
    /// Whether an endpoint with due messages has no worker, because others have all of them.
    has_waiting: bool,
}

/// An endpoint and how many of its messages are due.
type Due = (WebhookEndpointId, usize);

impl Slots {
    fn of(&self, id: &WebhookEndpointId) -> usize {
        self.running.get(id).copied().unwrap_or(0)
    }

    /// Takes a slot for the endpoint that has the fewest workers, and among those has waited longest for one; `None` if
    /// nothing more can be started. Further workers of an endpoint leave a quarter of all slots to those without any.
    fn take(&mut self, due: &mut [Due], max: usize) -> Option<WebhookEndpointId> {
        let all: usize = self.running.values().sum();
        let may_start = |own: usize| own < WORKERS_PER_ENDPOINT && all < if own == 0 { max } else { max - max / 4 };
        let (id, count) = due
            .iter_mut()
            .filter(|(id, count)| *count > 0 && may_start(self.of(id)))
            .min_by_key(|(id, _)| (self.of(id), self.last_started.get(id).copied()))?;
        *count -= 1;
        self.started += 1;
        self.last_started.insert(id.clone(), self.started);
        *self.running.entry(id.clone()).or_default() += 1;
        Some(id.clone())
    }

    /// Notes what is left over once nothing more can be started.
    fn settle(&mut self, due: &[Due], enabled: &HashSet<WebhookEndpointId>) {
        self.has_waiting = due.iter().any(|(id, count)| *count > 0 && self.of(id) == 0);
        self.last_started.retain(|id, _| enabled.contains(id));
    }

    fn release(&mut self, id: &WebhookEndpointId) {
        match self.running.get_mut(id) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(self.running.remove(id)),
        }
    }
}

/// The running supervisor and its workers.
pub(crate) struct EndpointWorkers {
    shared: Shared,
    supervisor: Option<JoinHandle<()>>,
}

impl EndpointWorkers {
    /// Starts the supervisor; commits wake it through `notifier`.
    pub(crate) fn start(ctx: &Context, transports: &Transports, notifier: Notifier) -> Self {
        let shared = Shared { worker: worker::Shared::new(ctx, transports, notifier), slots: Arc::default() };
        let of_supervisor = shared.clone();
        let supervisor = std::thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(move || supervise(&of_supervisor))
            .inspect_err(|error| tracing::error!(%error, "the webhooks' supervisor did not start"))
            .ok();
        Self { shared, supervisor }
    }

    /// Waits for the workers to finish their current webhook, for at most `timeout`.
    pub(crate) fn stop(self, timeout: Duration) {
        self.shared.worker.stop();
        let is_done =
            || self.supervisor.as_ref().is_none_or(JoinHandle::is_finished) && self.shared.lock().running.is_empty();
        wait_until(is_done, timeout);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
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
    let mut due: Vec<Due> = Vec::new();
    let enabled = ctx.db.read(webhooks::endpoints::enabled)?;
    for endpoint in &enabled {
        if shared.lock().of(&endpoint.id) >= WORKERS_PER_ENDPOINT {
            continue;
        }
        let (queue, now) = (Queue::Endpoint(endpoint.id.clone()), ctx.clock.now());
        let count = ctx.db.read(|conn| count_due(conn, &queue, now, WORKERS_PER_ENDPOINT))?;
        if count == 0 {
            let next = ctx.db.read(|conn| next_due_at(conn, std::slice::from_ref(&queue)))?;
            wait = next.map_or(wait, |at| wait.min(sleep_until(at, now)));
        }
        due.push((endpoint.id.clone(), count));
    }
    let max = shared.worker.transports.poster.limits().workers;
    loop {
        // The lock is not held while a thread starts.
        let taken = shared.lock().take(&mut due, max);
        match taken {
            Some(id) => start_worker(shared, id),
            None => break,
        }
    }
    let enabled = enabled.into_iter().map(|endpoint| endpoint.id).collect();
    shared.lock().settle(&due, &enabled);
    Ok(wait)
}

fn start_worker(shared: &Shared, id: WebhookEndpointId) {
    let worker = EndpointWorker { shared: shared.clone(), id };
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
        let is_needed = || self.shared.lock().has_waiting;
        worker::work(&self.shared.worker, [queue], RetryClass::FirstAttempt, Until::IdleOr(&is_needed));
    }
}

impl Drop for EndpointWorker {
    fn drop(&mut self) {
        self.shared.lock().release(&self.id);
        // Wakes the supervisor for messages that arrived while the slot was still taken.
        self.shared.worker.notifier.notify();
    }
}
