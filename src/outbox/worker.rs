//! The workers: threads that send until they are told to stop, and sleep until a commit adds a message or one is due
//! again. A few send e-mails; those for webhooks start with the first due message of their endpoint.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::kind::Transports;
use super::notifier::Notifier;
use super::sender::Sender;
use crate::domain::ids::random_id;
use crate::domain::outbox::{Queue, RetryClass};
use crate::storage::outbox::queue::next_due_at;
use crate::usecases::Context;

/// The number of e-mails sent simultaneously; equals the mailer's number of connections.
const MAIL_WORKERS: usize = 4;

/// The maximum sleep. Needed because other nodes add messages too, and their workers may die.
pub(super) const MAX_SLEEP: Duration = Duration::from_secs(5);

/// What every worker needs; clones share it.
#[derive(Clone)]
pub(super) struct Shared {
    pub ctx: Context,
    pub transports: Transports,
    pub notifier: Notifier,
    pub is_stopping: Arc<AtomicBool>,
}

impl Shared {
    pub(super) fn new(ctx: &Context, transports: &Transports, notifier: Notifier) -> Self {
        Self { ctx: ctx.clone(), transports: transports.clone(), notifier, is_stopping: Arc::default() }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// Tells the workers to end after their current message.
    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.notifier.notify();
    }
}

/// Waits until the workers are done, for at most `timeout`.
pub(super) fn wait_until(is_done: impl Fn() -> bool, timeout: Duration) {
    let deadline = Instant::now() + timeout;
    while Instant::now() < deadline && !is_done() {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How long a worker may sleep if a message is due at that time.
pub(super) fn sleep_until(at: Timestamp, now: Timestamp) -> Duration {
    let wait = Duration::try_from(now.duration_until(at)).unwrap_or(Duration::ZERO);
    wait.clamp(Duration::from_millis(20), MAX_SLEEP)
}

/// How long a worker goes on.
#[derive(Clone, Copy)]
pub(super) enum Until<'a> {
    /// It sleeps while nothing is due.
    Stopped,
    /// It ends when nothing is due, and after a message if this says that others need its place.
    IdleOr(&'a dyn Fn() -> bool),
}

impl Until<'_> {
    fn ends_when_idle(self) -> bool {
        matches!(self, Self::IdleOr(_))
    }

    fn ends_now(self) -> bool {
        matches!(self, Self::IdleOr(is_needed) if is_needed())
    }
}

/// Sends from the queues until told to stop. A worker keeps its class: however slow a server is with retries, they
/// occupy only one worker in four while first attempts are waiting.
pub(super) fn work(shared: &Shared, queues: impl Into<Vec<Queue>>, first: RetryClass, until: Until<'_>) {
    let Shared { ctx, transports, notifier, .. } = shared;
    let mut sender = Sender::new(random_id("wrk_"), queues);
    while !shared.is_stopping() {
        let seen = notifier.seen();
        match sender.run_once(ctx, transports, first) {
            Ok(true) if until.ends_now() => break,
            Ok(true) => {}
            Ok(false) if until.ends_when_idle() => break,
            Ok(false) => {
                let next = ctx.db.read(|conn| next_due_at(conn, sender.queues())).ok().flatten();
                notifier.sleep(seen, next.map_or(MAX_SLEEP, |at| sleep_until(at, ctx.clock.now())));
            }
            Err(error) => {
                tracing::warn!(%error, "the outbox waits for the database");
                notifier.sleep(seen, Duration::from_secs(1));
                if until.ends_when_idle() && !sender.has_in_flight() {
                    break;
                }
            }
        }
    }
    if let Err(error) = sender.record_outcome(ctx) {
        tracing::error!(%error, "the outcome of a message was not recorded; it is sent again");
    }
}

/// The running workers for e-mails.
pub(crate) struct MailWorkers {
    shared: Shared,
    threads: Vec<JoinHandle<()>>,
}

impl MailWorkers {
    /// Starts the workers; commits wake them through `notifier`.
    pub(crate) fn start(ctx: &Context, transports: &Transports, notifier: Notifier) -> Self {
        let shared = Shared::new(ctx, transports, notifier);
        let threads = (0..MAIL_WORKERS)
            .filter_map(|number| {
                let shared = shared.clone();
                std::thread::Builder::new()
                    .name("outbox".to_owned())
                    .spawn(move || work(&shared, Queue::MAIL, RetryClass::first_for(number), Until::Stopped))
                    .inspect_err(|error| tracing::error!(%error, "an outbox worker did not start"))
                    .ok()
            })
            .collect();
        Self { shared, threads }
    }

    /// Waits for the workers to finish their current e-mail, for at most `timeout`.
    pub(crate) fn stop(self, timeout: Duration) {
        self.shared.stop();
        wait_until(|| self.threads.iter().all(JoinHandle::is_finished), timeout);
    }
}
