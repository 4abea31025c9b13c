//! "The same request again": an act that makes something is done once for all sendings with one
//! idempotency key; the repeats are told what the first made.

use super::context::Context;
use crate::storage::idempotency::{self, Claim};
use crate::storage::{StorageError, Tx};

/// The key that came with a request, and the proof of what the request was.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// Whose keys these are: an actor's id, or the license key that is activated.
    pub scope: String,
    pub key: String,
    pub fingerprint: [u8; 32],
}

/// What was made, and whether it was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub id: String,
    pub is_replay: bool,
}

/// Why a repeat is refused: the key came with other content before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyMismatch;

/// How often an act is tried again when another is quicker with the same key or value.
const TRIES: usize = 3;

/// Runs `make` in one transaction, once for all sendings with the key. `make` gives the id of what
/// it made; a `Conflict` from it is tried again, since the one who was quicker may have been a repeat.
pub fn once<E>(
    ctx: &Context,
    key: Option<&IdempotencyKey>,
    mut make: impl FnMut(&mut Tx<'_>) -> Result<String, E>,
) -> Result<Made, E>
where
    E: From<StorageError> + From<IdempotencyMismatch> + IsConflict,
{
    let mut attempt = || -> Result<Made, E> {
        ctx.db.write(|tx| {
            if let Some(key) = key {
                match idempotency::look_up(tx, &key.scope, &key.key, &key.fingerprint)? {
                    Claim::Fresh => {}
                    Claim::Replay(id) => return Ok(Made { id, is_replay: true }),
                    Claim::Mismatch => return Err(IdempotencyMismatch.into()),
                }
            }
            let id = make(tx)?;
            if let Some(key) = key {
                idempotency::claim(tx, &key.scope, &key.key, &key.fingerprint, &id, ctx.clock.now())?;
            }
            Ok(Made { id, is_replay: false })
        })
    };
    for _ in 1..TRIES {
        match attempt() {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    attempt()
}

/// Tells the conflicts that another transaction caused from other errors.
pub trait IsConflict {
    fn is_conflict(&self) -> bool;
}
