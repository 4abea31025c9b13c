//! An open transaction that is rolled back unless it is committed.

use std::ops::DerefMut;

use super::connection::Conn;
use super::error::StorageError;

/// Owns the connection of a transaction; rolls back when dropped, including during a panic.
#[derive(Debug)]
pub(crate) struct OpenTransaction<C: DerefMut<Target = Conn>> {
    pub conn: C,
    is_open: bool,
}

impl<C: DerefMut<Target = Conn>> OpenTransaction<C> {
    /// Begins a transaction on this connection.
    pub(crate) fn begin(mut conn: C) -> Result<Self, StorageError> {
        conn.begin_write()?;
        Ok(Self::begun(conn))
    }

    /// Wraps a transaction that has already begun.
    pub(crate) fn begun(conn: C) -> Self {
        Self { conn, is_open: true }
    }

    pub(crate) fn commit(&mut self) -> Result<(), StorageError> {
        self.is_open = false;
        Ok(self.conn.commit()?)
    }
}

impl<C: DerefMut<Target = Conn>> Drop for OpenTransaction<C> {
    fn drop(&mut self) {
        if self.is_open
            && let Err(error) = self.conn.roll_back()
        {
            tracing::warn!(%error, "a transaction could not be undone; its connection is dropped");
        }
    }
}
