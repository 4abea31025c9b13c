//! A sender handles one message at a time. It records the outcome of the last message and claims the next one in the
//! same transaction. So a backlog costs one durable write per message, and no messages are claimed in advance that a
//! crash would block until their lease expires.

use jiff::SignedDuration;

use super::kind::{Outcome, Transports};
use super::kinds;
use super::record::{InFlight, record, record_in};
use crate::domain::outbox::{OutboxMessage, Queue, RetryClass};
use crate::storage::outbox::queue;
use crate::storage::{StorageError, Tx, installation};
use crate::usecases::Context;
use crate::usecases::customers::erase::remove_dev_mail;

/// How long an outcome that could not be recorded is retried. As long as nobody else has claimed the message,
/// recording it late prevents it from being sent twice.
const RECORD_TIMEOUT: SignedDuration = SignedDuration::from_mins(15);

/// Sends one message at a time.
#[derive(Debug)]
pub struct Sender {
    owner: String,
    queues: Vec<Queue>,
    /// The message whose outcome has not been recorded yet.
    in_flight: Option<InFlight>,
    /// What is noted about the mail server.
    offers_utf8: Option<bool>,
}

impl Sender {
    /// Sends from these queues, in order of precedence. `owner` must be unique among all that ever claim messages.
    pub fn new(owner: String, queues: impl Into<Vec<Queue>>) -> Self {
        Self { owner, queues: queues.into(), in_flight: None, offers_utf8: None }
    }

    pub(super) fn queues(&self) -> &[Queue] {
        &self.queues
    }

    /// Whether an outcome has not been recorded yet.
    pub(super) fn has_in_flight(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Records the outcome of the last message, claims the next one (of the class `first`, if one is due there) and
    /// attempts to send it; `false` if none is due, or its receiver takes none at the moment.
    pub fn run_once(
        &mut self,
        ctx: &Context,
        transports: &Transports,
        first: RetryClass,
    ) -> Result<bool, StorageError> {
        let claimed = if self.in_flight.is_some() {
            match self.record_and_claim(ctx, first) {
                // Recording what was sent takes priority over claiming the next message.
                Err(error) => {
                    tracing::warn!(%error, "an outcome is recorded on its own");
                    self.record_outcome(ctx)?;
                    self.claim(ctx, first)?
                }
                Ok(claimed) => claimed,
            }
        } else {
            self.claim(ctx, first)?
        };
        let Some(message) = claimed else { return Ok(false) };
        let started_at = ctx.clock.now();
        let lease = transports.leases.hold(&self.owner, &message);
        let attempted = kinds::of(message.kind).attempt(ctx, transports, &message);
        drop(lease);
        let attempted = attempted?;
        let is_postponed = attempted.outcome == Outcome::Postponed;
        let is_mail = message.queue.is_mail();
        self.in_flight = Some(InFlight { message, attempted, started_at, finished_at: ctx.clock.now() });
        if is_postponed {
            self.record_outcome(ctx)?;
        }
        if is_mail && let Err(error) = self.note_utf8(ctx, transports) {
            tracing::warn!(%error, "it was not noted whether the mail server offers SMTPUTF8");
        }
        Ok(!is_postponed)
    }

    /// Notes whether the mail server can send to addresses with other letters than ASCII, so that such an address can
    /// be refused before a key is issued.
    fn note_utf8(&mut self, ctx: &Context, transports: &Transports) -> Result<(), StorageError> {
        let offered = transports.mailer.offers_utf8();
        if offered.is_none() || offered == self.offers_utf8 {
            return Ok(());
        }
        let value = if offered == Some(true) { "yes" } else { "no" };
        let noted = ctx.db.read(|conn| installation::get(conn, installation::SMTP_UTF8))?;
        if noted.as_deref() != Some(value) {
            ctx.db.write(|tx| installation::set(tx, installation::SMTP_UTF8, value))?;
        }
        self.offers_utf8 = offered;
        Ok(())
    }

    /// Records the outcome of the last message; afterwards none is pending.
    pub fn record_outcome(&mut self, ctx: &Context) -> Result<(), StorageError> {
        let Some(in_flight) = self.in_flight.take() else { return Ok(()) };
        let recorded = match record(ctx, &self.owner, &in_flight) {
            // The attempt already exists: an earlier commit succeeded, but its confirmation was lost.
            Err(StorageError::Conflict) => Ok(()),
            recorded => recorded,
        };
        if recorded.is_err() && in_flight.started_at.duration_until(ctx.clock.now()) < RECORD_TIMEOUT {
            self.in_flight = Some(in_flight);
        }
        recorded
    }

    fn record_and_claim(&mut self, ctx: &Context, first: RetryClass) -> Result<Option<OutboxMessage>, StorageError> {
        let Some(in_flight) = &self.in_flight else { return Ok(None) };
        let (is_erased, claimed) = ctx.db.write(|tx| {
            let is_erased = record_in(ctx, tx, &self.owner, in_flight)?;
            Ok::<_, StorageError>((is_erased, self.claim_in(ctx, tx, first)?))
        })?;
        let erased = is_erased.then(|| in_flight.message.id.clone());
        self.in_flight = None;
        if let Some(id) = erased
            && let Err(error) = remove_dev_mail(ctx, std::slice::from_ref(&id))
        {
            // The next message is already claimed and has to be sent.
            tracing::error!(message_id = %id, %error, "an e-mail to somebody who was erased is still kept");
        }
        Ok(claimed)
    }

    /// Checks with a read first, so that idle senders do not block writers.
    fn claim(&self, ctx: &Context, first: RetryClass) -> Result<Option<OutboxMessage>, StorageError> {
        let next = ctx.db.read(|conn| queue::next_due_at(conn, &self.queues))?;
        if next.is_none_or(|at| at > ctx.clock.now()) {
            return Ok(None);
        }
        ctx.db.write(|tx| self.claim_in(ctx, tx, first))
    }

    fn claim_in(
        &self,
        ctx: &Context,
        tx: &mut Tx<'_>,
        first: RetryClass,
    ) -> Result<Option<OutboxMessage>, StorageError> {
        let message = queue::claim_next(tx, &self.owner, &self.queues, first, ctx.clock.now())?;
        if let Some(message) = &message {
            kinds::of(message.kind).claimed(tx, message)?;
        }
        Ok(message)
    }
}
