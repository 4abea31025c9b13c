//! Looks at connected accounts when they are due. Each is looked at on a thread of its own, so that one that does not answer
//! delays no other; over all nodes, one thread looks at an account at a time.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::ids::ConnectionId;
use crate::storage::StorageError;
use crate::storage::connections::leases;
use crate::usecases::Context;
use crate::usecases::connections::poll::poll_when_due;

const ROUND: Duration = Duration::from_secs(1);

#[derive(Default)]
struct State {
    is_stopping: bool,
    /// The connections that this node looks at at the moment.
    running: HashSet<ConnectionId>,
}

#[derive(Clone, Default)]
struct Shared(Arc<(Mutex<State>, Condvar)>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next round; `true` if there is none.
    fn sleep(&self) -> bool {
        let waited = self.0.1.wait_timeout_while(self.lock(), ROUND, |state| !state.is_stopping);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_stopping
    }
}

/// The running thread.
pub(crate) struct Handle {
    shared: Shared,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread.
pub(crate) fn start(ctx: &Context) -> Handle {
    let shared = Shared::default();
    let (ctx, of_thread) = (ctx.clone(), shared.clone());
    let thread = std::thread::Builder::new()
        .name("poller".to_owned())
        .spawn(move || {
            while !of_thread.sleep() {
                if let Err(error) = begin_due(&ctx, &of_thread) {
                    tracing::warn!(%error, "the poller waits for the database");
                }
            }
        })
        .inspect_err(|error| tracing::error!(%error, "the poller did not start"))
        .ok();
    Handle { shared, thread }
}

impl Handle {
    /// Begins no more rounds. One that is running is left to end; its lease does.
    pub(crate) fn stop(self) {
        self.shared.lock().is_stopping = true;
        self.shared.0.1.notify_all();
        if self.thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the poller panicked");
        }
    }
}

fn begin_due(ctx: &Context, shared: &Shared) -> Result<(), StorageError> {
    for id in ctx.db.read(|conn| leases::due(conn, ctx.clock.now()))? {
        if !shared.lock().running.insert(id.clone()) {
            continue;
        }
        let look = Look { ctx: ctx.clone(), shared: shared.clone(), id };
        if let Err(error) = std::thread::Builder::new().name("poll".to_owned()).spawn(move || look.run()) {
            tracing::error!(%error, "a connection could not be looked at");
        }
    }
    Ok(())
}

/// One look at a connection; dropping it makes room for the next, including during a panic.
struct Look {
    ctx: Context,
    shared: Shared,
    id: ConnectionId,
}

impl Look {
    fn run(self) {
        let connection_id = &self.id;
        match poll_when_due(&self.ctx, connection_id) {
            Ok(Some(calls)) => tracing::debug!(%connection_id, calls, "looked at"),
            // The account's answers stand on the connection's page.
            Ok(None) => {}
            Err(error) => tracing::warn!(%connection_id, %error, "a connection was not looked at"),
        }
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.shared.lock().running.remove(&self.id);
    }
}
