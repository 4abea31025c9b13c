//! The pool, and the two ways to the database: reading, and writing in one transaction.

pub mod checkpoint;
pub mod connection;
pub mod dialect;
pub mod error;
mod hand;
pub mod migrations;
mod postgres_url;
pub mod time;
mod transaction;
mod tx;
mod write_queue;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use r2d2::PooledConnection;

use self::connection::{Conn, Manager, Target};
use self::error::StorageError;
use self::hand::{Hand, Open};
use self::transaction::OpenTransaction;
pub use self::tx::Tx;
use self::write_queue::{Group, WriterQueue};
use super::bulk;

/// How long PostgreSQL counts as away after somebody waited for it in vain, and how long others wait then.
const AWAY_FOR: Duration = Duration::from_secs(5);
const SHORT_WAIT: Duration = Duration::from_millis(200);

/// Pages of SQLite's log.
const LONG_LOG: i64 = 2_048;

/// A handle on the database; clones share the pool.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// The connections that write: on SQLite always the same one, whose page cache stays true for as long
    /// as nobody else writes; those that read begin with an empty one after each change.
    writing: r2d2::Pool<Manager>,
    target: Target,
    /// Whether nobody but this handle uses SQLite's file, until it has loaded something.
    is_alone: Arc<AtomicBool>,
    /// When somebody last waited for a connection in vain.
    missed_at: Arc<Mutex<Option<Instant>>>,
    /// SQLite has one writer at a time: those who write stand in line.
    writers: Option<Arc<WriterQueue<Open>>>,
    on_outbox: Arc<dyn Fn() + Send + Sync>,
    /// How often this process has committed something.
    generation: Arc<AtomicU64>,
}

impl Db {
    /// Opens the pool; fails with one line where the database cannot be reached.
    /// `on_outbox` is called after each commit that left a message in the outbox.
    pub fn open(target: &Target, on_outbox: Arc<dyn Fn() + Send + Sync>) -> Result<Self, StorageError> {
        Self::open_as(target, on_outbox, false)
    }

    /// The same for who has SQLite's file to itself while a great deal is loaded: no connection stays open
    /// between uses, so that a load is written into the file and not into its log first. A load that the
    /// machine's power fails in may leave a file that is of no use any more. After one it is as any other.
    pub fn open_alone(target: &Target) -> Result<Self, StorageError> {
        Self::open_as(target, Arc::new(|| ()), matches!(target, Target::Sqlite(_)))
    }

    fn open_as(target: &Target, on_outbox: Arc<dyn Fn() + Send + Sync>, is_alone: bool) -> Result<Self, StorageError> {
        // A first connection by hand: the pool would hide the reason behind a time-out.
        drop(Conn::open(target).map_err(|error| StorageError::Busy(error.to_string()))?);
        let is_alone = Arc::new(AtomicBool::new(is_alone));
        let is_sqlite = matches!(target, Target::Sqlite(_));
        let pool_of = |size, is_writer| {
            r2d2::Pool::builder()
                .max_size(size)
                // None in reserve: a spare one would be opened in the background, and a command that ends
                // meanwhile would take OpenSSL away under its hands.
                .min_idle(Some(0))
                // A look at what has arrived, not a question to the server.
                .test_on_check_out(true)
                // After an outage new connections are tried in pauses of half of this at most.
                .connection_timeout(Duration::from_millis(if is_sqlite { 10_000 } else { 2_500 }))
                .build(Manager { target: target.clone(), is_writer, is_alone: Arc::clone(&is_alone) })
        };
        let pool = pool_of(if is_sqlite { 7 } else { 16 }, false)?;
        let writing = if is_sqlite { pool_of(1, true)? } else { pool.clone() };
        Ok(Self {
            pool,
            writing,
            target: target.clone(),
            is_alone,
            missed_at: Arc::default(),
            writers: is_sqlite.then(|| Arc::new(WriterQueue::default())),
            on_outbox,
            generation: Arc::default(),
        })
    }

    /// A number that changes with every commit of this process.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Reads. Where the connection is lost meanwhile, it is read again on another.
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

    /// A connection for a short read in place, where the database is a file here and a connection is free:
    /// such a read takes less time than handing it to another thread, and waits for no writer.
    pub fn here(&self) -> Option<PooledConnection<Manager>> {
        self.writers.as_ref().and_then(|_| self.pool.try_get())
    }

    /// Waits for a connection of a pool; not for long where somebody has just waited in vain for PostgreSQL.
    fn connection(&self, pool: &r2d2::Pool<Manager>) -> Result<PooledConnection<Manager>, StorageError> {
        let mut missed_at = self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_away = missed_at.is_some_and(|at| at.elapsed() < AWAY_FOR) && self.writers.is_none();
        drop(missed_at);
        let got = if is_away { pool.get_timeout(SHORT_WAIT) } else { pool.get() };
        missed_at = self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        *missed_at = if got.is_err() { Some(Instant::now()) } else { None };
        Ok(got?)
    }

    /// Runs `work` in one transaction: committed when it succeeds, undone when it fails. On SQLite several
    /// may be committed together, which changes nothing for any of them.
    pub fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let Some(queue) = &self.writers else { return self.write_alone(work) };
        let turn = queue.take_turn(true);
        let group = match turn.take_open() {
            Some(group) => group,
            None => Group::new(self.begin()?),
        };
        let mut hand = Hand::new(turn, group);
        let (done, has_outbox_messages) = hand.run(work)?;
        hand.pass_on(true)?;
        self.announce(has_outbox_messages);
        Ok(done)
    }

    /// The same in a transaction of its own, for work that takes longer than others should wait.
    pub fn write_alone<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let turn = self.writers.as_ref().map(|queue| queue.take_turn(false));
        let mut open = self.begin()?;
        let mut tx = Tx::new(&mut open.conn);
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        open.commit()?;
        drop(open);
        drop(turn);
        self.announce(has_outbox_messages);
        Ok(done)
    }

    /// Runs `work`, which writes a great deal, in one transaction on a connection of its own.
    pub fn load_in_bulk<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let turn = self.writers.as_ref().map(|queue| queue.take_turn(false));
        let mut conn = Conn::open(&self.target).map_err(|error| E::from(StorageError::Busy(error.to_string())))?;
        bulk::prepare(&mut conn, self.is_alone.load(Ordering::Relaxed))?;
        let mut open = OpenTransaction::begin(&mut conn)?;
        let mut tx = Tx::new(open.conn);
        let done = work(&mut tx)?;
        let has_outbox_messages = tx.has_outbox_messages;
        open.commit()?;
        drop(open);
        // Now, so that all of it is written to the disk once, and not as a log first.
        if let Err(error) = checkpoint::empty(&mut conn) {
            tracing::warn!(%error, "the log of a load could not be brought into the database's file yet");
        }
        drop(conn);
        self.is_alone.store(false, Ordering::Relaxed);
        if let Err(error) = self.target.sync() {
            tracing::warn!(%error, "it is not sure that a load would survive a power failure");
        }
        drop(turn);
        self.announce(has_outbox_messages);
        Ok(done)
    }

    /// Brings SQLite's log into the file while others write, and says whether nothing is left of it. Where the
    /// log is long, they stop for what is left, so that the next of them begins it anew.
    pub fn shorten_log(&self) -> Result<bool, StorageError> {
        let Some(queue) = &self.writers else { return Ok(true) };
        let mut log = self.read(checkpoint::bring_in)?;
        if log.pages > LONG_LOG {
            // Whoever has the turn has this connection to itself, and waits for no reader.
            let _turn = queue.take_turn(false);
            log = checkpoint::bring_in(&mut *self.connection(&self.writing)?)?;
        }
        Ok(log.brought_in >= log.pages)
    }

    /// One that is lost by then has done nothing, so that another may begin in its place.
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

    /// Something was committed.
    fn announce(&self, has_outbox_messages: bool) {
        self.generation.fetch_add(1, Ordering::Release);
        if has_outbox_messages {
            (self.on_outbox)();
        }
    }
}
