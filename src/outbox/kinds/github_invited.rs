//! An invitation that Keydesk makes by itself: for a new sale, or for a grant that was restored.

use jiff::SignedDuration;

use crate::domain::connection::ConnectionState;
use crate::domain::outbox::OutboxMessage;
use crate::outbox::kind::{Attempted, Kind, Outcome, Transports};
use crate::outbox::kinds::github_removed::{connection_of, pause_after};
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::platforms::automatic::{Automatic, invite_automatically};

pub(crate) struct GithubInvited;

/// How long it waits for a person to mend the connection.
const STOPPED: SignedDuration = SignedDuration::from_mins(5);

impl Kind for GithubInvited {
    fn attempt(&self, ctx: &Context, _: &Transports, message: &OutboxMessage) -> Result<Attempted, StorageError> {
        let (Some(grant_id), Some(connection)) = (&message.grant_id, connection_of(ctx, message)?) else {
            return Ok(Outcome::Cancelled.into());
        };
        if connection.state != ConnectionState::Active {
            return Ok(Outcome::Postponed.into());
        }
        let outcome = match invite_automatically(ctx, grant_id)? {
            Automatic::Invited => Outcome::Sent { reply: "201".to_owned() },
            Automatic::NotAwaited => Outcome::Cancelled,
            Automatic::Refused(reply) => Outcome::Refused { reply },
            Automatic::Stopped(reply) => Outcome::Later { reply, after: STOPPED },
            Automatic::Later(reply, after) => {
                Outcome::Later { reply, after: after.unwrap_or_else(|| pause_after(message.attempts)) }
            }
        };
        Ok(outcome.into())
    }
}
