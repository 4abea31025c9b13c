//! The pool, and the two ways to the database: reading, and writing in one transaction.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use super::connection::{Conn, Manager, Target};
use super::error::StorageError;
use super::queue::WriterQueue;

/// A handle on the database; clones share the pool.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// SQLite has one writer at a time: those who write stand in line.
    writers: Option<Arc<WriterQueue>>,
    on_outbox: Arc<dyn Fn() + Send + Sync>,
}

/// A transaction that writes. Only [`Db::write`] makes one, so that nothing is written outside.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    pub(super) has_outbox_messages: bool,
}

impl Tx<'_> {
    /// Wakes the outbox when the transaction is committed.
    pub fn wake_outbox(&mut self) {
        self.has_outbox_messages = true;
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

impl Db {
    /// Opens the pool; fails with one line where the database cannot be reached.
    /// `on_outbox` is called after each commit that left a message in the outbox.
    pub fn open(target: &Target, on_outbox: Arc<dyn Fn() + Send + Sync>) -> Result<Self, StorageError> {
        // A first connection by hand: the pool would hide the reason behind a time-out.
        drop(Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?);
        let is_sqlite = matches!(target, Target::Sqlite(_));
        let pool = r2d2::Pool::builder()
            .max_size(if is_sqlite { 8 } else { 16 })
            // None in reserve: a spare one would be opened in the background, and a command that ends
            // meanwhile would take OpenSSL away under its hands.
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(10))
            .build(Manager { target: target.clone() })?;
        Ok(Self { pool, writers: is_sqlite.then(|| Arc::new(WriterQueue::default())), on_outbox })
    }

    /// Reads.
    pub fn read<T, E: From<StorageError>>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.pool.get().map_err(|error| E::from(error.into()))?;
        read(&mut conn)
    }

    /// Runs `work` in one transaction: committed when it succeeds, undone when it fails.
    pub fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let turn = self.writers.as_ref().map(|queue| queue.take_turn());
        let mut conn = self.pool.get().map_err(|error| E::from(error.into()))?;
        conn.begin_write().map_err(|error| E::from(error.into()))?;
        let mut open = OpenTransaction { conn: &mut conn, is_open: true };
        let mut tx = Tx { conn: &mut *open.conn, has_outbox_messages: false };
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        open.commit().map_err(|error| E::from(error.into()))?;
        drop(open);
        drop(conn);
        drop(turn);
        if has_outbox_messages {
            (self.on_outbox)();
        }
        Ok(done)
    }
}

/// Undoes the transaction unless it was committed, also when `work` panics.
struct OpenTransaction<'a> {
    conn: &'a mut Conn,
    is_open: bool,
}

impl OpenTransaction<'_> {
    fn commit(&mut self) -> Result<(), diesel::result::Error> {
        self.is_open = false;
        self.conn.commit()
    }
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        if self.is_open
            && let Err(error) = self.conn.roll_back()
        {
            tracing::warn!(%error, "a transaction could not be undone; its connection is dropped");
        }
    }
}
