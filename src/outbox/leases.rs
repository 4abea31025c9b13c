//! Renewing leases: conversations may take minutes, but a crashed worker's message has to be taken over within one. A
//! thread renews the lease of every message that is being sent. Once a message has been handed to the mail server and
//! the answer is still out, it notes that instead, so that after a crash it is not sent again at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::notifier::Notifier;
use crate::domain::ids::MessageId;
use crate::domain::outbox::{MessageState, OutboxMessage};
use crate::storage::outbox::queue::{self, Progress};
use crate::storage::{StorageError, Tx, grants, outbox};
use crate::usecases::Context;

/// How often a lease is renewed, which lasts three of these.
pub const RENEWAL: Duration = Duration::from_secs(10);
/// Most servers answer sooner, and then nothing has to be noted.
const USUAL_ANSWER: Duration = Duration::from_millis(200);
/// How often the thread looks while messages are being sent.
const ROUND: Duration = Duration::from_millis(100);
/// How long it sleeps while none is.
const IDLE: Duration = Duration::from_secs(3600);

/// The leases that the workers of this process hold; clones share them.
#[derive(Debug, Clone)]
pub struct Leases {
    held: Arc<Mutex<Vec<Lease>>>,
    notifier: Notifier,
    renewal: Duration,
}

impl Default for Leases {
    fn default() -> Self {
        Self::renewed_every(RENEWAL)
    }
}

#[derive(Debug, Clone)]
struct Lease {
    message: OutboxMessage,
    owner: String,
    renewed_at: Instant,
    /// Since when the receiver has the whole message.
    content_sent_at: Option<Instant>,
    is_noted: bool,
}

/// Renews a message's lease until it is dropped.
#[derive(Debug)]
pub struct Held<'a> {
    leases: &'a Leases,
    id: MessageId,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.leases.held().retain(|lease| lease.message.id != self.id);
    }
}

impl Leases {
    pub fn renewed_every(renewal: Duration) -> Self {
        Self { held: Arc::default(), notifier: Notifier::default(), renewal }
    }

    /// Renews the lease of a claimed message from now on.
    pub fn hold(&self, owner: &str, message: &OutboxMessage) -> Held<'_> {
        self.held().push(Lease {
            message: message.clone(),
            owner: owner.to_owned(),
            renewed_at: Instant::now(),
            content_sent_at: None,
            is_noted: false,
        });
        self.notifier.notify();
        Held { leases: self, id: message.id.clone() }
    }

    /// Tells that the receiver gets the message itself now, and may take it.
    pub fn content_is_sent(&self, id: &MessageId) {
        if let Some(lease) = self.held().iter_mut().find(|lease| lease.message.id == *id) {
            lease.content_sent_at = Some(Instant::now());
        }
    }

    fn held(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renews and notes what is due; everything that is unanswered if `is_last`.
    fn look_after(&self, ctx: &Context, is_last: bool) {
        let held = self.held().clone();
        for lease in held.iter().filter(|lease| !lease.is_noted) {
            let done = match lease.content_sent_at {
                Some(at) if is_last || at.elapsed() >= USUAL_ANSWER => note_unanswered(ctx, lease),
                None if !is_last && lease.renewed_at.elapsed() >= self.renewal => renew(ctx, lease),
                _ => continue,
            };
            if let Err(error) = done {
                tracing::warn!(message_id = %lease.message.id, %error, "a lease could not be renewed");
                continue;
            }
            if let Some(kept) = self.held().iter_mut().find(|kept| kept.message.id == lease.message.id) {
                kept.renewed_at = Instant::now();
                kept.is_noted = lease.content_sent_at.is_some();
            }
        }
    }
}

fn renew(ctx: &Context, lease: &Lease) -> Result<(), StorageError> {
    ctx.db.write(|tx| queue::renew(tx, &lease.message.id, &lease.owner, ctx.clock.now()))
}

fn note_unanswered(ctx: &Context, lease: &Lease) -> Result<(), StorageError> {
    let message = &lease.message;
    ctx.db.write(|tx: &mut Tx<'_>| {
        let progress = Progress::unanswered(message, ctx.clock.now());
        if !queue::note_unanswered(tx, &message.id, &lease.owner, &progress)? {
            return Ok(());
        }
        match &message.grant_id {
            Some(grant_id) if outbox::is_newest_of_grant(tx, message)? => {
                grants::set_email_state(tx, grant_id, MessageState::Unknown)
            }
            _ => Ok(()),
        }
    })
}

/// The running thread.
#[derive(Debug)]
pub(super) struct LeaseThread {
    leases: Leases,
    is_stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl LeaseThread {
    pub(crate) fn start(ctx: &Context, leases: &Leases) -> Self {
        let is_stopping = Arc::<AtomicBool>::default();
        let (ctx, renewed, stop) = (ctx.clone(), leases.clone(), Arc::clone(&is_stopping));
        let thread = std::thread::Builder::new()
            .name("leases".to_owned())
            .spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let seen = renewed.notifier.seen();
                    renewed.look_after(&ctx, false);
                    let is_idle = renewed.held().is_empty();
                    renewed.notifier.sleep(seen, if is_idle { IDLE } else { ROUND });
                }
                renewed.look_after(&ctx, true);
            })
            .inspect_err(|error| tracing::error!(%error, "leases are not renewed"))
            .ok();
        Self { leases: leases.clone(), is_stopping, thread }
    }

    /// Notes every message that is still unanswered, and ends. Leases of the rest run out by themselves.
    pub(crate) fn stop(self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.leases.notifier.notify();
        if self.thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that renews leases panicked");
        }
    }
}
