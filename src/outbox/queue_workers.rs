//! A queue of an endpoint or a connection with due messages gets up to four workers, which end when nothing more is due. A
//! supervisor starts them. If there are not enough for all queues, workers end after each message, and the queues take turns.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::outbox::{Queue, RetryClass};
use crate::outbox::kind::Transports;
use crate::outbox::notifier::Notifier;
use crate::outbox::worker::{self, MAX_SLEEP, Until, sleep_until, wait_until};
use crate::storage::outbox::queue::{count_due, next_due_at};
use crate::storage::{Conn, StorageError, connections, webhooks};
use crate::usecases::Context;

/// The maximum number of simultaneous messages per queue.
const WORKERS_PER_QUEUE: usize = 4;

/// State shared by the supervisor and the workers.
#[derive(Clone)]
struct Shared {
    worker: worker::Shared,
    slots: Arc<Mutex<Slots>>,
}

/// Which queues have workers.
#[derive(Default)]
struct Slots {
    /// The number of running workers per queue.
    running: HashMap<Queue, usize>,
    /// When a queue last got a worker, counted in workers.
    last_started: HashMap<Queue, u64>,
    started: u64,
    /// Whether a queue with due messages has no worker, because others have all of them.
    has_waiting: bool,
}

/// A queue and how many of its messages are due.
type Due = (Queue, usize);

impl Slots {
    fn of(&self, id: &Queue) -> usize {
        self.running.get(id).copied().unwrap_or(0)
    }

    /// Takes a slot for the queue that has the fewest workers, and among those has waited longest for one; `None` if
    /// nothing more can be started. Further workers of a queue leave a quarter of all slots to those without any.
    fn take(&mut self, due: &mut [Due], max: usize) -> Option<Queue> {
        let all: usize = self.running.values().sum();
        let may_start = |own: usize| own < WORKERS_PER_QUEUE && all < if own == 0 { max } else { max - max / 4 };
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
    fn settle(&mut self, due: &[Due], enabled: &HashSet<Queue>) {
        self.has_waiting = due.iter().any(|(id, count)| *count > 0 && self.of(id) == 0);
        self.last_started.retain(|id, _| enabled.contains(id));
    }

    fn release(&mut self, id: &Queue) {
        match self.running.get_mut(id) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(self.running.remove(id)),
        }
    }
}

/// The running supervisor and its workers.
pub(crate) struct QueueWorkers {
    shared: Shared,
    supervisor: Option<JoinHandle<()>>,
}

impl QueueWorkers {
    /// Starts the supervisor; commits wake it through `notifier`.
    pub(crate) fn start(ctx: &Context, transports: &Transports, notifier: Notifier) -> Self {
        let shared = Shared { worker: worker::Shared::new(ctx, transports, notifier), slots: Arc::default() };
        let of_supervisor = shared.clone();
        let supervisor = std::thread::Builder::new()
            .name("queues".to_owned())
            .spawn(move || supervise(&of_supervisor))
            .inspect_err(|error| tracing::error!(%error, "the supervisor of the queues did not start"))
            .ok();
        Self { shared, supervisor }
    }

    /// Waits for the workers to finish their current message, for at most `timeout`.
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
                tracing::warn!(%error, "webhooks and connections wait for the database");
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
    let enabled = ctx.db.read(served)?;
    for queue in &enabled {
        if shared.lock().of(queue) >= WORKERS_PER_QUEUE {
            continue;
        }
        let now = ctx.clock.now();
        let count = ctx.db.read(|conn| count_due(conn, queue, now, WORKERS_PER_QUEUE))?;
        if count == 0 {
            let next = ctx.db.read(|conn| next_due_at(conn, std::slice::from_ref(queue)))?;
            wait = next.map_or(wait, |at| wait.min(sleep_until(at, now)));
        }
        due.push((queue.clone(), count));
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
    let enabled = enabled.into_iter().collect();
    shared.lock().settle(&due, &enabled);
    Ok(wait)
}

/// The queues that are served at the moment: those of the endpoints that are enabled, and of the connections in use.
pub(super) fn served(conn: &mut Conn) -> Result<Vec<Queue>, StorageError> {
    let endpoints = webhooks::endpoints::enabled(conn)?.into_iter().map(|endpoint| Queue::Endpoint(endpoint.id));
    let connections = connections::rows::active(conn)?.into_iter().map(Queue::Connection);
    Ok(endpoints.chain(connections).collect())
}

fn start_worker(shared: &Shared, queue: Queue) {
    let worker = QueueWorker { shared: shared.clone(), queue };
    let started = std::thread::Builder::new().name("queue".to_owned()).spawn(move || worker.work());
    if let Err(error) = started {
        tracing::error!(%error, "a queue's worker did not start");
    }
}

/// A thread's work on one queue. Dropping it releases its slot, including during a panic.
struct QueueWorker {
    shared: Shared,
    queue: Queue,
}

impl QueueWorker {
    fn work(self) {
        let is_needed = || self.shared.lock().has_waiting;
        worker::work(&self.shared.worker, [self.queue.clone()], RetryClass::FirstAttempt, Until::IdleOr(&is_needed));
    }
}

impl Drop for QueueWorker {
    fn drop(&mut self) {
        self.shared.lock().release(&self.queue);
        // Wakes the supervisor for messages that arrived while the slot was still taken.
        self.shared.worker.notifier.notify();
    }
}
