//! The outbox: messages of every kind are claimed under a lease, sent outside any transaction, and then the outcome is
//! recorded. Delivery is at least once; receivers can recognize repeats by the message id.

pub mod kind;
mod kinds;
pub mod leases;
pub(crate) mod notifier;
mod queue_workers;
pub mod record;
pub mod sender;
mod webhooks;
mod worker;

use std::time::Duration;

pub use self::kind::Transports;
use self::leases::LeaseThread;
pub use self::notifier::Notifier;
use self::queue_workers::{QueueWorkers, served};
use self::sender::Sender;
use self::worker::MailWorkers;
use crate::domain::ids::random_id;
use crate::domain::outbox::{Queue, RetryClass};
use crate::storage::StorageError;
use crate::usecases::Context;

/// How much longer than the e-mails' workers those of the other queues may take to stop.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(2);

/// The running workers.
pub struct Workers {
    mail: MailWorkers,
    queues: QueueWorkers,
    leases: LeaseThread,
}

/// Starts the workers; commits wake them through `notifier`.
pub fn start(ctx: &Context, transports: &Transports, notifier: &Notifier) -> Workers {
    Workers {
        mail: MailWorkers::start(ctx, transports, notifier.clone()),
        queues: QueueWorkers::start(ctx, transports, notifier.clone()),
        leases: LeaseThread::start(ctx, &transports.leases),
    }
}

impl Workers {
    /// Waits for the workers to finish their current message: for at most `timeout`, and a little longer for webhooks and connections.
    /// A message that is still being sent then is left to others when its lease ends; one that is unanswered stays so.
    pub fn stop(self, timeout: Duration) {
        self.mail.stop(timeout);
        self.queues.stop(QUEUE_TIMEOUT);
        self.leases.stop();
    }
}

/// Sends until no message is due, and returns how many were sent.
pub fn run_until_empty(ctx: &Context, transports: &Transports) -> Result<usize, StorageError> {
    let mut queues = vec![Queue::MAIL.to_vec()];
    queues.extend(ctx.db.read(served)?.into_iter().map(|queue| vec![queue]));
    let mut sent = 0;
    for queues in queues {
        let (mut sender, before) = (Sender::new(random_id("wrk_"), queues), sent);
        while sender.run_once(ctx, transports, RetryClass::first_for(sent - before))? {
            sent += 1;
        }
    }
    Ok(sent)
}
