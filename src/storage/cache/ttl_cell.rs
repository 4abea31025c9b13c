//! A value that many requests read and few change: read once, kept until this process commits
//! something, and for a second at most, because other nodes and commands write too.

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
    /// The value, where it is known and still true.
    pub fn get(&self, db: &Db) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|kept| kept.generation == db.generation() && kept.read_at.elapsed() < AT_MOST)
            .map(|kept| kept.value.clone())
    }

    /// The value as of a second ago at most, whatever was committed since.
    pub fn get_recent(&self) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.read_at.elapsed() < AT_MOST).map(|kept| kept.value.clone())
    }

    /// The value, read with `read` where it is not known or not `fit`.
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
        // Noted before reading: what is committed meanwhile may be missing from what is read.
        let (generation, read_at) = (db.generation(), Instant::now());
        let value = read(conn)?;
        let kept = Kept { value: value.clone(), generation, read_at };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(value)
    }
}
