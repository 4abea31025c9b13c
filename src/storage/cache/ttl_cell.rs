//! A cached value that many requests read and few change. It is valid until this process commits something, and for at
//! most one second, because other nodes and commands write too.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::storage::db::Db;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

const TTL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct TtlCell<T>(Mutex<Option<Cached<T>>>);

#[derive(Debug)]
struct Cached<T> {
    value: T,
    generation: u64,
    read_at: Instant,
}

impl<T> Default for TtlCell<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> TtlCell<T> {
    /// The value, if it is cached and still valid.
    pub(crate) fn get(&self, db: &Db) -> Option<T> {
        self.get_if(|cached| cached.generation == db.generation())
    }

    /// The value if it is at most a second old, regardless of commits since.
    pub(crate) fn get_recent(&self) -> Option<T> {
        self.get_if(|_| true)
    }

    fn get_if(&self, is_valid: impl FnOnce(&Cached<T>) -> bool) -> Option<T> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().filter(|cached| cached.read_at.elapsed() < TTL && is_valid(cached)).map(|it| it.value.clone())
    }

    /// The cached value; the result of `read` if it is missing, expired or rejected by `is_fit`.
    pub(crate) fn get_or_read(
        &self,
        db: &Db,
        conn: &mut Conn,
        is_fit: impl FnOnce(&T) -> bool,
        read: impl FnOnce(&mut Conn) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        if let Some(value) = self.get(db).filter(is_fit) {
            return Ok(value);
        }
        // Recorded before reading: the value read may not include what is committed in the meantime.
        let (generation, read_at) = (db.generation(), Instant::now());
        let value = read(conn)?;
        let cached = Cached { value: value.clone(), generation, read_at };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        Ok(value)
    }
}

/// A cell for each key.
#[derive(Debug)]
pub(crate) struct TtlCells<K, T>(Mutex<HashMap<K, Arc<TtlCell<T>>>>);

/// The maximum number of cells.
const MAX_CELLS: usize = 200;

impl<K, T> Default for TtlCells<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> TtlCells<K, T> {
    /// The cell of this key, created if there is none; too many cells are all discarded.
    pub(crate) fn cell(&self, key: K) -> Arc<TtlCell<T>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cells.len() > MAX_CELLS {
            cells.clear();
        }
        Arc::clone(cells.entry(key).or_default())
    }
}
