//! Removing what uploads left behind: those that were cut, and contents that no file has.

use jiff::SignedDuration;

use crate::files::FileError;
use crate::storage::{StorageError, files};
use crate::usecases::context::Context;

/// How old a leftover must be: longer than an upload and its transaction last.
const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// Why leftovers could not be removed; it is tried again.
#[derive(Debug)]
pub enum SweepError {
    File(FileError),
    Storage(StorageError),
}

impl std::fmt::Display for SweepError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl From<FileError> for SweepError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<StorageError> for SweepError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Removes old leftovers; returns how many.
pub fn sweep_files(ctx: &Context) -> Result<usize, SweepError> {
    let before = ctx.clock.now().saturating_sub(GRACE).unwrap_or(jiff::Timestamp::MIN);
    let mut removed = ctx.files.remove_uploads(before)?;
    for hash in ctx.files.stored_before(before)? {
        let is_used = || ctx.db.read(|conn| files::has_content(conn, &hash)).map_err(SweepError::from);
        // Most contents are used; only the others are worth the lock.
        if !is_used()? && ctx.files.remove_unused(&hash, before, is_used)? {
            removed += 1;
        }
    }
    Ok(removed)
}
