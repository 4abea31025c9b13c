//! Committing together: the turn to write on SQLite, with the transaction that some share.

use r2d2::PooledConnection;

use super::connection::{Conn, Manager};
use super::error::StorageError;
use super::transaction::OpenTransaction;
use super::tx::Tx;
use super::write_queue::{Group, Turn};

pub(super) type Open = OpenTransaction<PooledConnection<Manager>>;

/// The turn to write with the transaction in hand. Whatever happens to it, panics included, the members
/// of its group are told.
pub(super) struct Hand<'a> {
    turn: Option<Turn<'a, Open>>,
    group: Option<Group<Open>>,
}

impl<'a> Hand<'a> {
    pub(super) fn new(turn: Turn<'a, Open>, group: Group<Open>) -> Self {
        Self { turn: Some(turn), group: Some(group) }
    }

    /// Adds what `work` does to the group's transaction, or nothing where it fails.
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

    /// Lets the next in line go on with the transaction, or commits it; waits for the end where asked to.
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
    /// The work failed: what it did is undone, what others did goes on.
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
