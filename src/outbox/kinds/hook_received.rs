//! What was sent to a connection's URL: by a shop, sales and refunds; by an account, a hint: what it shows of a grant is
//! applied if that is news, and otherwise the account is asked.

use crate::domain::connection::ConnectionState;
use crate::domain::ids::{ConnectionId, HookId};
use crate::domain::outbox::{MessageState, OutboxMessage, Queue};
use crate::outbox::kind::{Attempted, Kind, Outcome, Settled, Transports};
use crate::storage::connections::{hooks, rows};
use crate::storage::{Conn, StorageError, Tx};
use crate::usecases::Context;
use crate::usecases::connections::process_hook::{NotProcessed, process_hook};
use crate::usecases::shops::work_off::work_off;

pub(crate) struct HookReceived;

/// What becomes of one whose account has not answered for so long that polling has found what it told.
const GIVEN_UP: &str = "failed";

impl Kind for HookReceived {
    fn attempt(&self, ctx: &Context, _: &Transports, message: &OutboxMessage) -> Result<Attempted, StorageError> {
        let (connection_id, hook_id) = ids_of(message)?;
        let found = ctx.db.read(|conn: &mut Conn| {
            Ok::<_, StorageError>((rows::find(conn, &connection_id)?, hooks::find(conn, &hook_id)?))
        });
        let (connection, hook) = match found {
            Ok((_, hook)) if hook.finished_at.is_some() => return Ok(Outcome::Sent { reply: String::new() }.into()),
            Ok((connection, _)) if connection.state != ConnectionState::Active => return Ok(Outcome::Postponed.into()),
            Ok(found) => found,
            Err(StorageError::NotFound) => return Ok(Outcome::Cancelled.into()),
            Err(error) => return Err(error),
        };
        let processed = if connection.kind.is_shop() {
            work_off(ctx, &connection, &hook)
        } else {
            process_hook(ctx, &connection, &hook)
        };
        let outcome = match processed {
            Ok(result) => Outcome::Sent { reply: result.to_owned() },
            Err(NotProcessed::Stopped) => Outcome::Postponed,
            Err(NotProcessed::Later { reply, after: Some(after) }) => Outcome::Later { reply, after },
            Err(NotProcessed::Later { reply, after: None }) => Outcome::Temporary { reply, is_our_fault: false },
            Err(NotProcessed::Storage(error)) => return Err(error),
        };
        Ok(outcome.into())
    }

    /// The connection was removed in the meantime. Its row is locked, so that a removal waits for what is queued here.
    fn is_called_off(&self, tx: &mut Tx<'_>, message: &OutboxMessage) -> Result<bool, StorageError> {
        match rows::lock(tx, &ids_of(message)?.0) {
            Ok(_) => Ok(false),
            Err(StorageError::NotFound) => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn settled(&self, _: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<(), StorageError> {
        match settled.progress.state {
            MessageState::Failed => hooks::give_up(tx, &ids_of(settled.message)?.1, GIVEN_UP, settled.now),
            _ => Ok(()),
        }
    }
}

fn ids_of(message: &OutboxMessage) -> Result<(ConnectionId, HookId), StorageError> {
    match (&message.queue, &message.ref_id) {
        (Queue::Connection(id), Some(hook_id)) => Ok((id.clone(), HookId::stored(hook_id.clone()))),
        _ => Err(StorageError::Corrupt(format!("{} is not a webhook that arrived", message.id))),
    }
}
