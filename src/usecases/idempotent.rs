//! Idempotent actions: an action that creates something runs once per idempotency key; repeated requests get the
//! result of the first.

use super::context::Context;
use crate::storage::idempotency::{self, Claim};
use crate::storage::{StorageError, Tx};

/// The idempotency key of a request, and a fingerprint of its content.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The namespace of the key: an actor's id, or the license key that is activated.
    pub scope: String,
    pub key: String,
    pub fingerprint: [u8; 32],
}

/// The id of the created object, and whether an earlier request created it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub id: String,
    pub is_replay: bool,
}

/// The idempotency key was used before with different content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyMismatch;

/// How often to run an action that loses to a concurrent one.
const TRIES: usize = 3;

/// Runs `make` in one transaction, once per idempotency key. `make` returns the id of what it created. A `Conflict` is
/// retried, because the faster transaction may have been the same request.
pub(crate) fn run_once<E>(
    ctx: &Context,
    key: Option<&IdempotencyKey>,
    mut make: impl FnMut(&mut Tx<'_>) -> Result<String, E>,
) -> Result<Outcome, E>
where
    E: From<StorageError> + From<IdempotencyMismatch> + IsConflict,
{
    retried(|| ctx.db.write(|tx| run_once_in(ctx, tx, key, &mut make)))
}

/// Like [`run_once`], but inside the caller's transaction, and without retrying.
pub(crate) fn run_once_in<E>(
    ctx: &Context,
    tx: &mut Tx<'_>,
    key: Option<&IdempotencyKey>,
    make: impl FnOnce(&mut Tx<'_>) -> Result<String, E>,
) -> Result<Outcome, E>
where
    E: From<StorageError> + From<IdempotencyMismatch>,
{
    let Some(key) = key else { return Ok(Outcome { id: make(tx)?, is_replay: false }) };
    match idempotency::look_up(tx, &key.scope, &key.key, &key.fingerprint)? {
        Claim::Fresh => {}
        Claim::Replay(id) => return Ok(Outcome { id, is_replay: true }),
        Claim::Mismatch => return Err(IdempotencyMismatch.into()),
    }
    let id = make(tx)?;
    idempotency::claim(tx, &key.scope, &key.key, &key.fingerprint, &id, ctx.clock.now())?;
    Ok(Outcome { id, is_replay: false })
}

/// Retries an action that loses to a concurrent one.
pub(crate) fn retried<T, E: IsConflict>(mut attempt: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    for _ in 1..TRIES {
        match attempt() {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    attempt()
}

/// Distinguishes conflicts with another transaction from other errors.
pub(crate) trait IsConflict {
    fn is_conflict(&self) -> bool;
}

impl IsConflict for StorageError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}
