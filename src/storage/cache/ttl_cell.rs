//! A cached value that many requests read and few change. It is valid until this process commits something, and for at
//! most one second, because other nodes and commands write too.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::storage::db::Db;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

const AT_MOST: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Shared<T> {
    kept: Mutex<Option<Kept<T>>>,
}

#[derive(Debug)]
struct Kept<T> {
    value: T,
    generation: u64,
    read_at: Instant,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { kept: Mutex::new(None) }
    }
}

impl<T: Clone> Shared<T> {
    /// The value, if it is cached and still valid.
    pub fn get(&self, db: &Db) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|kept| kept.generation == db.generation() && kept.read_at.elapsed() < AT_MOST)
            .map(|kept| kept.value.clone())
    }

    /// The value if it is at most a second old, regardless of commits since.
    pub fn get_recent(&self) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.read_at.elapsed() < AT_MOST).map(|kept| kept.value.clone())
    }

    /// The cached value; the result of `read` if it is missing, expired or rejected by `is_fit`.
    pub fn get_or_read(
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
        let kept = Kept { value: value.clone(), generation, read_at };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(value)
    }
}
