//! One writer's part in a group commit on SQLite: its slot in the queue, and the transaction that it may share.

use r2d2::PooledConnection;

use super::connection::{Conn, Manager};
use super::error::StorageError;
use super::transaction::OpenTransaction;
use super::tx::Tx;
use super::write_queue::{CommitBatch, WriterSlot};

pub(super) type Open = OpenTransaction<PooledConnection<Manager>>;

/// The writer's slot and the open transaction. Whatever happens, including a panic, the members of the batch are
/// notified of the outcome.
pub(super) struct BatchWriter<'a> {
    slot: Option<WriterSlot<'a, Open>>,
    batch: Option<CommitBatch<Open>>,
}

impl<'a> BatchWriter<'a> {
    pub(super) fn new(slot: WriterSlot<'a, Open>, batch: CommitBatch<Open>) -> Self {
        Self { slot: Some(slot), batch: Some(batch) }
    }

    /// Adds the changes of `work` to the batch's transaction; adds nothing if it fails.
    pub(super) fn run<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, bool), E> {
        let Some(batch) = &mut self.batch else {
            return Err(E::from(StorageError::Busy("no transaction is open".to_owned())));
        };
        let is_shared = batch.is_shared();
        let conn: &mut Conn = &mut batch.open.conn;
        if is_shared {
            conn.begin_part().map_err(|error| E::from(error.into()))?;
        }
        let mut tx = Tx::new(conn);
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        if is_shared {
            batch.open.conn.commit().map_err(|error| E::from(error.into()))?;
        }
        batch.add_member();
        Ok((done, has_outbox_messages))
    }

    /// Commits the transaction, or passes it to the next writer in the queue, who will. With `waits`, blocks until
    /// the transaction has ended.
    pub(super) fn commit(&mut self, waits: bool) -> Result<(), StorageError> {
        let (Some(slot), Some(batch)) = (self.slot.take(), self.batch.take()) else { return Ok(()) };
        match slot.pass_on(batch) {
            Ok(outcome) if waits => outcome.wait(),
            Ok(_) => Ok(()),
            Err((slot, mut batch)) => {
                let result = batch.open.commit();
                batch.notify(result.clone());
                drop(slot);
                result
            }
        }
    }
}

impl Drop for BatchWriter<'_> {
    /// Runs if the work failed: rolls back its changes only, and lets the batch continue.
    fn drop(&mut self) {
        let Some(batch) = &mut self.batch else { return };
        if !batch.is_shared() {
            self.batch = None;
        } else if let Err(error) = batch.open.conn.roll_back() {
            tracing::warn!(%error, "a change could not be undone; the changes it was to be committed with fail");
            self.batch = None;
        } else if let Err(error) = self.commit(false) {
            tracing::warn!(%error, "changes could not be committed; those who made them are told");
        }
    }
}
