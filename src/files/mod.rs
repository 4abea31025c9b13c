//! Where files for customers are stored: each content once, under its SHA-256, outside of what a web server would serve.
//! It knows contents only; names, and who may have them, are in the database.

mod chunks;
mod disk;
mod upload;

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use jiff::Timestamp;

pub use self::chunks::Chunks;
pub use self::disk::{Disk, Kept};
pub use self::upload::Upload;
use crate::domain::file::ContentHash;

/// A store of contents; cheap to clone.
#[derive(Debug, Clone)]
pub enum FileStore {
    Disk(Disk),
}

/// Why a content cannot be stored or read.
#[derive(Debug)]
pub enum FileError {
    NotFound,
    /// It has more bytes than this.
    TooLarge(u64),
    /// The disk is full.
    Full,
    Io(io::Error),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such content"),
            Self::TooLarge(max) => write!(f, "the file has more than {max} bytes"),
            Self::Full => f.write_str("the disk is full"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FileError {}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

impl FileStore {
    /// The store in a directory, which need not exist yet.
    pub fn in_directory(directory: PathBuf) -> Self {
        Self::Disk(Disk::new(directory))
    }

    /// Makes the directories, and fails if they cannot be written.
    pub fn prepare(&self) -> Result<(), FileError> {
        match self {
            Self::Disk(disk) => Ok(disk.prepare()?),
        }
    }

    /// Whether contents can be added.
    pub fn is_writable(&self) -> bool {
        match self {
            Self::Disk(disk) => disk.is_writable(),
        }
    }

    /// Begins to receive a content of at most `max` bytes, into a temporary file that is deleted unless it is kept.
    pub async fn begin(&self, max: u64, now: Timestamp) -> Result<Upload, FileError> {
        let Self::Disk(disk) = self.clone();
        in_background(move || Ok(Upload::new(disk.temporary_file(now)?, max))).await
    }

    /// Stores what was received. It is not removed as unused while the result lives, so that it can be recorded.
    pub async fn keep(&self, upload: Upload, now: Timestamp) -> Result<Kept, FileError> {
        let Self::Disk(disk) = self.clone();
        in_background(move || Ok(disk.keep(upload.finish()?, now)?)).await
    }

    /// Stores a content that is in memory.
    pub fn store(&self, content: &[u8], now: Timestamp) -> Result<Kept, FileError> {
        let Self::Disk(disk) = self;
        Ok(disk.keep(Upload::new(disk.temporary_file(now)?, u64::MAX).finish_with(content)?, now)?)
    }

    /// The content's bytes of this range.
    pub async fn open(&self, hash: &ContentHash, range: Range<u64>) -> Result<Chunks, FileError> {
        let (Self::Disk(disk), hash) = (self.clone(), hash.clone());
        in_background(move || Ok(Chunks::of(disk.open(&hash)?, range)?)).await
    }

    /// Deletes uploads that were begun before this; returns how many.
    pub fn remove_uploads(&self, before: Timestamp) -> Result<usize, FileError> {
        match self {
            Self::Disk(disk) => Ok(disk.remove_uploads(before)?),
        }
    }

    /// The contents that were stored last before this.
    pub fn stored_before(&self, before: Timestamp) -> Result<Vec<ContentHash>, FileError> {
        match self {
            Self::Disk(disk) => Ok(disk.stored_before(before)?),
        }
    }

    /// Deletes a content that was stored last before this, unless it is used, which is asked while nobody can store it
    /// anew; returns whether it was deleted.
    pub fn remove_unused<E: From<FileError>>(
        &self,
        hash: &ContentHash,
        before: Timestamp,
        is_used: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        let Self::Disk(disk) = self;
        let alone = disk.hold_alone().map_err(FileError::from)?;
        let is_old = disk.stored_at(hash).map_err(FileError::from)?.is_some_and(|at| at < before);
        if !is_old || is_used()? {
            return Ok(false);
        }
        disk.remove(hash).map_err(FileError::from)?;
        drop(alone);
        Ok(true)
    }
}

/// Runs work that waits for the disk on a thread for it.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| FileError::Io(io::Error::other(error)))?
}
