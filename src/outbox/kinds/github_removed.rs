//! Access to a repository that is taken back, because its grant was revoked. It is tried until it is done.

use jiff::SignedDuration;

use crate::domain::connection::invitation::InvitationState;
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::outbox::{OutboxMessage, Queue};
use crate::github::CallError;
use crate::outbox::kind::{Attempted, Kind, Outcome, Transports};
use crate::storage::StorageError;
use crate::storage::connections::{invitations, rows};
use crate::usecases::Context;
use crate::usecases::platforms::take_back::remove_access;

pub(crate) struct GithubRemoved;

impl Kind for GithubRemoved {
    fn attempt(&self, ctx: &Context, _: &Transports, message: &OutboxMessage) -> Result<Attempted, StorageError> {
        let (Some(grant_id), Some(connection)) = (&message.grant_id, connection_of(ctx, message)?) else {
            return Ok(Outcome::Cancelled.into());
        };
        if connection.state != ConnectionState::Active {
            return Ok(Outcome::Postponed.into());
        }
        let found = ctx.db.read(|conn| invitations::find(conn, grant_id))?;
        let Some(invitation) = found.filter(|found| found.state == InvitationState::Removing) else {
            return Ok(Outcome::Cancelled.into());
        };
        let outcome = match remove_access(ctx, &connection, &invitation)? {
            Ok(()) => Outcome::Sent { reply: "204".to_owned() },
            Err(error) => {
                let after = match &error {
                    CallError::Busy { after } => *after,
                    _ => pause_after(message.attempts),
                };
                Outcome::Later { reply: error.explain(), after }
            }
        };
        Ok(outcome.into())
    }

    /// Access is taken back also from a customer who was erased.
    fn redacted(&self, attempted: &Attempted) -> Attempted {
        attempted.clone()
    }
}

/// The connection that a message is for; `None` if it was removed.
pub(super) fn connection_of(ctx: &Context, message: &OutboxMessage) -> Result<Option<Connection>, StorageError> {
    let Queue::Connection(id) = &message.queue else { return Ok(None) };
    match ctx.db.read(|conn| rows::find(conn, id)) {
        Ok(connection) => Ok(Some(connection)),
        Err(StorageError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The pause after an attempt that met an error on the other side.
pub(super) fn pause_after(attempts: i32) -> SignedDuration {
    SignedDuration::from_secs(match attempts {
        ..=1 => 10,
        2 => 60,
        3 => 5 * 60,
        4 => 15 * 60,
        _ => 60 * 60,
    })
}
