//! A sender handles one message at a time. It records the outcome of the last message and claims the next one in the
//! same transaction. So a backlog costs one durable write per message, and no messages are claimed in advance that a
//! crash would block until their lease expires.

use jiff::{SignedDuration, Timestamp};

use super::record::{Outcome, record, record_in};
use super::send::attempt;
use crate::domain::outbox::{Lane, MessageState, OutboxMessage};
use crate::mail::Mailer;
use crate::storage::{StorageError, Tx, grants, outbox};
use crate::usecases::Context;
use crate::usecases::customers::erase::remove_kept_mail;

/// How long an outcome that could not be recorded is retried. As long as nobody else has claimed the message,
/// recording it late prevents it from being sent twice.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

/// A message after an attempt.
#[derive(Debug)]
struct Carried {
    message: OutboxMessage,
    started_at: Timestamp,
    outcome: Outcome,
}

/// Sends one message at a time.
#[derive(Debug)]
pub struct Courier {
    owner: String,
    /// The outcome that has not been recorded yet.
    carried: Option<Carried>,
}

impl Courier {
    /// `owner` must be unique among all that ever claim messages.
    pub fn new(owner: String) -> Self {
        Self { owner, carried: None }
    }

    /// Records the outcome of the last message, claims the next one (from the lane `first`, if one is due there) and
    /// attempts to send it; `false` if none is due.
    pub fn run_once(&mut self, ctx: &Context, mailer: &Mailer, first: Lane) -> Result<bool, StorageError> {
        let claimed = if self.carried.is_some() {
            match self.put_down_and_claim(ctx, first) {
                // Recording what was sent takes priority over claiming the next message.
                Err(error) => {
                    tracing::warn!(%error, "an outcome is written down by itself");
                    self.put_down(ctx)?;
                    self.claim(ctx, first)?
                }
                Ok(claimed) => claimed,
            }
        } else {
            self.claim(ctx, first)?
        };
        let Some(message) = claimed else { return Ok(false) };
        let started_at = ctx.clock.now();
        let outcome = attempt(ctx, mailer, &message);
        self.carried = Some(Carried { message, started_at, outcome });
        Ok(true)
    }

    /// Records the outcome of the last message; afterwards none is pending.
    pub fn put_down(&mut self, ctx: &Context) -> Result<(), StorageError> {
        let Some(carried) = self.carried.take() else { return Ok(()) };
        let written = match record(ctx, &carried.message, &self.owner, carried.started_at, &carried.outcome) {
            // The attempt already exists: an earlier commit succeeded, but its confirmation was lost.
            Err(StorageError::Conflict) => Ok(()),
            written => written,
        };
        if written.is_err() && carried.started_at.duration_until(ctx.clock.now()) < PATIENCE {
            self.carried = Some(carried);
        }
        written
    }

    fn put_down_and_claim(&mut self, ctx: &Context, first: Lane) -> Result<Option<OutboxMessage>, StorageError> {
        let Some(Carried { message, started_at, outcome }) = &self.carried else { return Ok(None) };
        let (is_erased, claimed) = ctx.db.write(|tx| {
            let is_erased = record_in(ctx, tx, message, &self.owner, *started_at, outcome)?;
            Ok::<_, StorageError>((is_erased, self.claim_in(ctx, tx, first)?))
        })?;
        let erased = is_erased.then(|| message.id.clone());
        self.carried = None;
        if let Some(id) = erased
            && let Err(error) = remove_kept_mail(ctx, std::slice::from_ref(&id))
        {
            // The next message is already claimed and has to be sent.
            tracing::error!(message_id = %id, %error, "an e-mail to somebody who was erased is still kept");
        }
        Ok(claimed)
    }

    /// Checks with a read first, so that idle senders do not block writers.
    fn claim(&self, ctx: &Context, first: Lane) -> Result<Option<OutboxMessage>, StorageError> {
        let next = ctx.db.read(outbox::due::next_due_at)?;
        if next.is_none_or(|at| at > ctx.clock.now()) {
            return Ok(None);
        }
        ctx.db.write(|tx| self.claim_in(ctx, tx, first))
    }

    fn claim_in(&self, ctx: &Context, tx: &mut Tx<'_>, first: Lane) -> Result<Option<OutboxMessage>, StorageError> {
        let message = outbox::due::claim_next(tx, &self.owner, first, ctx.clock.now())?;
        if let Some(message) = &message
            && outbox::is_newest_of_grant(tx, message)?
        {
            grants::set_email_state(tx, &message.grant_id, MessageState::Sending)?;
        }
        Ok(message)
    }
}
