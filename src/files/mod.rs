//! Where files for customers are stored: each content once, under its SHA-256, outside of what a web server would serve.
//! It knows contents only; names, and who may have them, are in the database.

#[cfg(feature = "s3")]
mod bucket;
mod chunks;
mod disk;
mod upload;

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use jiff::Timestamp;

#[cfg(feature = "s3")]
use self::bucket::Bucket;
pub use self::chunks::Chunks;
pub use self::disk::Kept;
use self::disk::{Disk, Finished};
pub use self::upload::Upload;
use crate::config::BucketSettings;
use crate::domain::file::ContentHash;
use crate::outbound::AddressGuard;

/// A store of contents; cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore {
    /// Where contents are received, and stored unless there is a bucket.
    disk: Disk,
    #[cfg(feature = "s3")]
    bucket: Option<Bucket>,
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
    /// The store in a directory, which need not exist yet, or in a bucket; then the directory is for what is being received.
    pub fn new(directory: PathBuf, bucket: Option<&BucketSettings>, guard: &AddressGuard) -> Result<Self, FileError> {
        #[cfg(not(feature = "s3"))]
        let _ = (bucket, guard);
        Ok(Self {
            disk: Disk::new(directory),
            #[cfg(feature = "s3")]
            bucket: bucket.map(|settings| Bucket::new(settings, guard)).transpose()?,
        })
    }

    /// Makes the directories, and fails if they or the bucket cannot be used.
    pub fn prepare(&self) -> Result<(), FileError> {
        self.disk.prepare()?;
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            bucket.check()?;
        }
        Ok(())
    }

    /// Whether contents can be received here.
    pub fn is_writable(&self) -> bool {
        self.disk.is_writable()
    }

    /// Begins to receive a content of at most `max` bytes, into a temporary file that is deleted unless it is kept.
    pub async fn begin(&self, max: u64, now: Timestamp) -> Result<Upload, FileError> {
        let disk = self.disk.clone();
        in_background(move || Ok(Upload::new(disk.temporary_file(now)?, max))).await
    }

    /// Stores what was received. It is not removed as unused while the result lives, so that it can be recorded.
    pub async fn keep(&self, upload: Upload, now: Timestamp) -> Result<Kept, FileError> {
        let store = self.clone();
        in_background(move || {
            let finished = upload.finish()?;
            store.keep_finished(finished, now)
        })
        .await
    }

    /// Stores a content that is in memory.
    pub fn store(&self, content: &[u8], now: Timestamp) -> Result<Kept, FileError> {
        let upload = Upload::new(self.disk.temporary_file(now)?, u64::MAX);
        self.keep_finished(upload.finish_with(content)?, now)
    }

    fn keep_finished(&self, finished: Finished, now: Timestamp) -> Result<Kept, FileError> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return Ok(self.disk.send(finished, |hash, file| bucket.store(hash, file))?);
        }
        Ok(self.disk.keep(finished, now)?)
    }

    /// The content's bytes of this range.
    pub async fn open(&self, hash: &ContentHash, range: Range<u64>) -> Result<Chunks, FileError> {
        let (store, hash) = (self.clone(), hash.clone());
        in_background(move || {
            #[cfg(feature = "s3")]
            if let Some(bucket) = &store.bucket {
                return Ok(bucket.open(&hash, range)?);
            }
            Ok(Chunks::of(store.disk.open(&hash)?, range)?)
        })
        .await
    }

    /// Deletes uploads that were begun before this; returns how many.
    pub fn remove_uploads(&self, before: Timestamp) -> Result<usize, FileError> {
        Ok(self.disk.remove_uploads(before)?)
    }

    /// The contents that were stored last before this.
    pub fn stored_before(&self, before: Timestamp) -> Result<Vec<ContentHash>, FileError> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return Ok(bucket.stored_before(before)?);
        }
        Ok(self.disk.stored_before(before)?)
    }

    /// Deletes a content that was stored last before this, unless it is used, which is asked while nobody on this machine
    /// can store it anew; returns whether it was deleted.
    pub fn remove_unused<E: From<FileError>>(
        &self,
        hash: &ContentHash,
        before: Timestamp,
        is_used: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        let alone = self.disk.hold_alone().map_err(FileError::from)?;
        let is_old = self.stored_at(hash).map_err(FileError::from)?.is_some_and(|at| at < before);
        if !is_old || is_used()? {
            return Ok(false);
        }
        self.remove(hash).map_err(FileError::from)?;
        drop(alone);
        Ok(true)
    }

    fn stored_at(&self, hash: &ContentHash) -> io::Result<Option<Timestamp>> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return bucket.stored_at(hash);
        }
        self.disk.stored_at(hash)
    }

    fn remove(&self, hash: &ContentHash) -> io::Result<()> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return bucket.remove(hash);
        }
        self.disk.remove(hash)
    }
}

/// Runs work that waits for the disk on a thread for it.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| FileError::Io(io::Error::other(error)))?
}
