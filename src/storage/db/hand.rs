//! Group commit on SQLite: the writer's turn, and the transaction it may share with other writers.

use r2d2::PooledConnection;

use super::connection::{Conn, Manager};
use super::error::StorageError;
use super::transaction::OpenTransaction;
use super::tx::Tx;
use super::write_queue::{Group, Turn};

pub(super) type Open = OpenTransaction<PooledConnection<Manager>>;

/// The writer's turn and the open transaction. Whatever happens, including a panic, the members of the transaction's
/// group are notified of the outcome.
pub(super) struct Hand<'a> {
    turn: Option<Turn<'a, Open>>,
    group: Option<Group<Open>>,
}

impl<'a> Hand<'a> {
    pub(super) fn new(turn: Turn<'a, Open>, group: Group<Open>) -> Self {
        Self { turn: Some(turn), group: Some(group) }
    }

    /// Adds the changes of `work` to the group's transaction; adds nothing if it fails.
    pub(super) fn run<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, bool), E> {
        let Some(group) = &mut self.group else {
            return Err(E::from(StorageError::Busy("no transaction is open".to_owned())));
        };
        let is_shared = group.is_shared();
        let conn: &mut Conn = &mut group.open.conn;
        if is_shared {
            conn.begin_part().map_err(|error| E::from(error.into()))?;
        }
        let mut tx = Tx::new(conn);
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        if is_shared {
            group.open.conn.commit().map_err(|error| E::from(error.into()))?;
        }
        group.join();
        Ok((done, has_outbox_messages))
    }

    /// Passes the transaction to the next writer in the queue, or commits it. With `waits`, blocks until the
    /// transaction has ended.
    pub(super) fn pass_on(&mut self, waits: bool) -> Result<(), StorageError> {
        let (Some(turn), Some(group)) = (self.turn.take(), self.group.take()) else { return Ok(()) };
        match turn.hand_on(group) {
            Ok(end) if waits => end.wait(),
            Ok(_) => Ok(()),
            Err((turn, mut group)) => {
                let outcome = group.open.commit();
                group.finish(outcome.clone());
                drop(turn);
                outcome
            }
        }
    }
}

impl Drop for Hand<'_> {
    /// Runs if the work failed: rolls back its changes only, and lets the group continue.
    fn drop(&mut self) {
        let Some(group) = &mut self.group else { return };
        if !group.is_shared() {
            self.group = None;
        } else if let Err(error) = group.open.conn.roll_back() {
            tracing::warn!(%error, "a change could not be undone; the changes it was to be committed with fail");
            self.group = None;
        } else if let Err(error) = self.pass_on(false) {
            tracing::warn!(%error, "changes could not be committed; those who made them are told");
        }
    }
}
