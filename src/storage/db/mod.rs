//! The connection pool, and the two ways to use the database: reading, and writing in one transaction.

mod batch_writer;
pub(crate) mod checkpoint;
pub mod connection;
pub(crate) mod dialect;
pub(crate) mod error;
pub mod free_space;
pub(crate) mod left_log;
pub mod migrations;
mod postgres_url;
pub(crate) mod time;
pub(super) mod transaction;
mod tx;
pub(crate) mod writable;
mod write_queue;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use r2d2::PooledConnection;

use self::batch_writer::{BatchWriter, Open};
use self::connection::{Conn, Manager, Target};
use self::error::StorageError;
use self::transaction::OpenTransaction;
pub use self::tx::Tx;
use self::write_queue::{CommitBatch, WriteQueue};

/// After a wait for a PostgreSQL connection has timed out, waits are shortened for the first duration, to the second.
const AWAY_FOR: Duration = Duration::from_secs(5);
const SHORT_WAIT: Duration = Duration::from_millis(200);

/// A long write-ahead log of SQLite, in pages.
const LONG_LOG: i64 = 2_048;

/// A handle to the database; clones share the pool.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// Connections for writing. SQLite uses a single one, whose page cache stays valid as long as nobody else writes;
    /// the cache of a reading connection is invalidated by each change.
    writing: r2d2::Pool<Manager>,
    /// When a wait for a connection last timed out.
    missed_at: Arc<Mutex<Option<Instant>>>,
    /// The queue of writers; SQLite allows one at a time.
    writers: Option<Arc<WriteQueue<Open>>>,
    on_outbox: Arc<dyn Fn() + Send + Sync>,
    /// Counts the commits of this process.
    generation: Arc<AtomicU64>,
}

impl Db {
    /// Opens the pool; fails with a one-line message if the database cannot be reached. `on_outbox` is called after
    /// each commit that added a message to the outbox.
    pub fn open(target: &Target, on_outbox: Arc<dyn Fn() + Send + Sync>) -> Result<Self, StorageError> {
        // A first connection outside the pool, which would report only a timeout instead of the reason.
        drop(Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?);
        let is_sqlite = matches!(target, Target::Sqlite(_));
        let pool_of = |size, is_writer| {
            r2d2::Pool::builder()
                .max_size(size)
                // Keeps no idle connections in reserve: a spare one would be opened in the background, and a command
                // that exits meanwhile would unload OpenSSL while it is in use.
                .min_idle(Some(0))
                // Checks what has been received on the connection; does not query the server.
                .test_on_check_out(true)
                // After an outage, new connections are attempted at intervals of at most half of this.
                .connection_timeout(Duration::from_millis(if is_sqlite { 10_000 } else { 2_500 }))
                .build(Manager { target: target.clone(), is_writer })
        };
        let pool = pool_of(if is_sqlite { 7 } else { 16 }, false)?;
        let writing = if is_sqlite { pool_of(1, true)? } else { pool.clone() };
        Ok(Self {
            pool,
            writing,
            missed_at: Arc::default(),
            writers: is_sqlite.then(|| Arc::new(WriteQueue::default())),
            on_outbox,
            generation: Arc::default(),
        })
    }

    /// A number that changes with every commit of this process.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Runs a read. If the connection is lost, repeats it on another one.
    pub fn read<T, E: From<StorageError>>(&self, mut read: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.connection(&self.pool)?;
        match read(&mut conn) {
            Err(_) if conn.is_lost() => {
                drop(conn);
                read(&mut *self.connection(&self.pool)?)
            }
            done => done,
        }
    }

    /// A connection for a short read on the current thread, if the database is a local file and a connection is free.
    /// Such a read takes less time than passing it to another thread, and never waits for a writer.
    pub fn try_read_connection(&self) -> Option<PooledConnection<Manager>> {
        self.writers.as_ref().and_then(|_| self.pool.try_get())
    }

    /// Waits for a connection from a pool. The wait is short if a recent one for PostgreSQL has timed out.
    fn connection(&self, pool: &r2d2::Pool<Manager>) -> Result<PooledConnection<Manager>, StorageError> {
        let mut missed_at = self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_away = missed_at.is_some_and(|at| at.elapsed() < AWAY_FOR) && self.writers.is_none();
        drop(missed_at);
        let got = if is_away { pool.get_timeout(SHORT_WAIT) } else { pool.get() };
        missed_at = self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        *missed_at = if got.is_err() { Some(Instant::now()) } else { None };
        Ok(got?)
    }

    /// Runs `work` in one transaction: committed if it succeeds, rolled back if it fails. On SQLite several may be
    /// committed together, without any visible effect on them.
    pub fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let Some(queue) = &self.writers else { return self.write_alone(work) };
        let slot = queue.enqueue(true);
        let batch = match slot.take_open() {
            Some(batch) => batch,
            None => CommitBatch::new(self.begin()?),
        };
        let mut writer = BatchWriter::new(slot, batch);
        let (done, has_outbox_messages) = writer.run(work)?;
        writer.commit(true)?;
        self.committed(has_outbox_messages);
        Ok(done)
    }

    /// Like [`Self::write`], but in a separate transaction, for work that takes too long for others to wait for.
    pub fn write_alone<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let slot = self.writers.as_ref().map(|queue| queue.enqueue(false));
        let mut open = self.begin()?;
        let mut tx = Tx::new(&mut open.conn);
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        open.commit()?;
        drop(open);
        drop(slot);
        self.committed(has_outbox_messages);
        Ok(done)
    }

    /// Checkpoints SQLite's log while others write, and returns whether nothing is left in it. If the log is long,
    /// writers are blocked for the rest, so that the next one restarts the log.
    pub fn truncate_wal(&self) -> Result<bool, StorageError> {
        let Some(queue) = &self.writers else { return Ok(true) };
        let mut log = self.read(checkpoint::checkpoint)?;
        if log.pages > LONG_LOG {
            // The slot gives exclusive use of this connection; the checkpoint does not wait for readers.
            let _slot = queue.enqueue(false);
            log = checkpoint::checkpoint(&mut *self.connection(&self.writing)?)?;
        }
        Ok(log.brought_in >= log.pages)
    }

    /// Overwrites the free space of SQLite's pages, some of them at a time while others write.
    pub fn overwrite_free_space(&self) -> Result<(), StorageError> {
        const PAGES: i64 = 256;
        let end = self.read(free_space::page_count)? + 1;
        let mut first = 1;
        while first < end {
            let numbers = first..end.min(first + PAGES);
            let dirty = self.read(|conn| free_space::dirty_pages(conn, numbers.clone()))?;
            if !dirty.is_empty() {
                self.write_alone(|tx| free_space::overwrite(tx, &dirty))?;
            }
            first = numbers.end;
        }
        Ok(())
    }

    /// Begins a transaction. A connection found to be lost at this point has done nothing yet, so it is replaced once.
    fn begin(&self) -> Result<Open, StorageError> {
        let mut conn = self.connection(&self.writing)?;
        match conn.begin_write() {
            Err(_) if conn.is_lost() => {
                drop(conn);
                OpenTransaction::begin(self.connection(&self.writing)?)
            }
            begun => Ok(begun.map(|()| OpenTransaction::begun(conn))?),
        }
    }

    /// Runs after each commit.
    fn committed(&self, has_outbox_messages: bool) {
        self.generation.fetch_add(1, Ordering::Release);
        if has_outbox_messages {
            (self.on_outbox)();
        }
    }
}
