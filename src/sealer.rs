//! Housekeeping in the background: every second the audit log's new entries are sealed and SQLite's log
//! is brought into its file, every few minutes what nobody needs any more is cleared away.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::storage::staff::sessions;
use crate::storage::{StorageError, idempotency};
use crate::usecases::Context;
use crate::usecases::audit_log::seal::Sealer;

const BETWEEN_SEALS: Duration = Duration::from_secs(1);
const BETWEEN_CLEARINGS: Duration = Duration::from_secs(10 * 60);

/// The running thread.
#[derive(Debug)]
pub struct Handle {
    is_stopping: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

/// Starts it.
pub fn start(ctx: &Context) -> Handle {
    let is_stopping = Arc::new((Mutex::new(false), Condvar::new()));
    let (ctx, stop) = (ctx.clone(), Arc::clone(&is_stopping));
    let thread = std::thread::Builder::new()
        .name("sealer".to_owned())
        .spawn(move || work(&ctx, &stop))
        .inspect_err(|error| tracing::error!(%error, "the sealer did not start"))
        .ok();
    Handle { is_stopping, thread }
}

impl Handle {
    /// Seals what is left and ends; waits for that no longer than `patience`.
    pub fn stop(self, patience: Duration) {
        let (is_stopping, bell) = &*self.is_stopping;
        *is_stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        bell.notify_all();
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline && self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn work(ctx: &Context, stop: &(Mutex<bool>, Condvar)) {
    let mut sealer = Sealer::default();
    let mut next_clearing = Instant::now();
    let mut shortened_at = None;
    loop {
        let is_last = sleep(stop);
        if let Err(error) = sealer.run(ctx) {
            tracing::warn!(%error, "the audit log could not be sealed; the next try follows");
        }
        if is_last {
            return;
        }
        // What is committed meanwhile is for the next round.
        let generation = Some(ctx.db.generation());
        if generation != shortened_at {
            match ctx.db.shorten_log() {
                Ok(true) => shortened_at = generation,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the database's log could not be shortened; the next try follows"),
            }
        }
        if Instant::now() >= next_clearing {
            next_clearing = Instant::now() + BETWEEN_CLEARINGS;
            if let Err(error) = clear_away(ctx) {
                tracing::warn!(%error, "old sessions could not be cleared away; the next try follows");
            }
        }
    }
}

/// Waits for the next round; `true` where it is the last.
fn sleep((is_stopping, bell): &(Mutex<bool>, Condvar)) -> bool {
    let guard = is_stopping.lock().unwrap_or_else(PoisonError::into_inner);
    let (guard, _) = bell
        .wait_timeout_while(guard, BETWEEN_SEALS, |is_stopping| !*is_stopping)
        .unwrap_or_else(PoisonError::into_inner);
    *guard
}

/// Removes sessions past their absolute limit and idempotency keys older than a day.
pub fn clear_away(ctx: &Context) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let sessions = sessions::delete_expired(tx, now)?;
        let keys = idempotency::forget_old(tx, now)?;
        tracing::debug!(sessions, idempotency_keys = keys, "cleared away");
        Ok(())
    })
}
