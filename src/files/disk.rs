//! Contents in a directory: `uploads/` for what is being received, `9f/9f2c…` for what is stored, and `lock`, which is
//! shared while a content is stored and recorded, and held alone while an unused one is removed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use rustix::fs::{Access, FlockOperation, access, flock};

use crate::crypto::random_base62;
use crate::domain::file::ContentHash;

/// A directory of contents.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    directory: PathBuf,
}

/// A file that is deleted when this is dropped, unless it was moved to its place.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    pub file: File,
    path: PathBuf,
    is_moved: bool,
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.is_moved {
            drop(fs::remove_file(&self.path));
        }
    }
}

/// The lock; released when it is dropped.
#[derive(Debug)]
pub(super) struct Hold(#[expect(dead_code, reason = "closing the file releases the lock")] File);

/// A content that was received completely.
pub(super) struct Finished {
    pub temporary: TemporaryFile,
    pub hash: ContentHash,
    pub size: u64,
}

/// A content that is stored. It is not removed as unused while this lives.
#[derive(Debug)]
pub struct Kept {
    pub hash: ContentHash,
    /// In bytes.
    pub size: u64,
    #[expect(dead_code, reason = "released when it is dropped")]
    hold: Hold,
}

impl Disk {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(super) fn prepare(&self) -> io::Result<()> {
        make(&self.uploads())?;
        drop(self.lock(FlockOperation::NonBlockingLockShared));
        access(&self.directory, Access::WRITE_OK)?;
        access(self.uploads(), Access::WRITE_OK)?;
        Ok(())
    }

    pub(super) fn is_writable(&self) -> bool {
        access(&self.directory, Access::WRITE_OK).is_ok() && access(self.uploads(), Access::WRITE_OK).is_ok()
    }

    /// Its name tells when it was begun.
    pub(super) fn temporary_file(&self, now: Timestamp) -> io::Result<TemporaryFile> {
        make(&self.uploads())?;
        let path = self.uploads().join(format!("{}-{}", now.as_microsecond(), random_base62(16)));
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(TemporaryFile { file, path, is_moved: false })
    }

    /// Moves a received content to its place, over one that is the same, and waits until the disk has it.
    pub(super) fn keep(&self, finished: Finished, now: Timestamp) -> io::Result<Kept> {
        let Finished { mut temporary, hash, size } = finished;
        temporary.file.set_modified(SystemTime::from(now))?;
        temporary.file.sync_all()?;
        let hold = self.lock(FlockOperation::LockShared)?;
        let path = self.path(&hash);
        let folder = path.parent().unwrap_or(&self.directory);
        if !folder.exists() {
            make(folder)?;
            File::open(&self.directory)?.sync_all()?;
        }
        fs::rename(&temporary.path, &path)?;
        temporary.is_moved = true;
        File::open(folder)?.sync_all()?;
        Ok(Kept { hash, size, hold })
    }

    /// Stores a received content elsewhere, while nothing is removed as unused.
    #[cfg(feature = "s3")]
    pub(super) fn send(
        &self,
        finished: Finished,
        store: impl FnOnce(&ContentHash, &mut File) -> io::Result<()>,
    ) -> io::Result<Kept> {
        let Finished { mut temporary, hash, size } = finished;
        let hold = self.lock(FlockOperation::LockShared)?;
        store(&hash, &mut temporary.file)?;
        Ok(Kept { hash, size, hold })
    }

    pub(super) fn open(&self, hash: &ContentHash) -> io::Result<File> {
        File::open(self.path(hash))
    }

    pub(super) fn remove(&self, hash: &ContentHash) -> io::Result<()> {
        fs::remove_file(self.path(hash))
    }

    /// When the content was stored last; `None` if there is none.
    pub(super) fn stored_at(&self, hash: &ContentHash) -> io::Result<Option<Timestamp>> {
        match fs::metadata(self.path(hash)) {
            Ok(metadata) => Ok(Timestamp::try_from(metadata.modified()?).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn stored_before(&self, before: Timestamp) -> io::Result<Vec<ContentHash>> {
        let mut found = Vec::new();
        for folder in names(&self.directory)?.into_iter().filter(|name| name.len() == 2) {
            for hash in names(&self.directory.join(folder))?.iter().filter_map(|name| ContentHash::parse(name)) {
                if self.stored_at(&hash)?.is_some_and(|at| at < before) {
                    found.push(hash);
                }
            }
        }
        Ok(found)
    }

    pub(super) fn remove_uploads(&self, before: Timestamp) -> io::Result<usize> {
        let begun_at = |name: &str| name.split_once('-')?.0.parse::<i64>().ok();
        let names = names(&self.uploads())?;
        let old = names.iter().filter(|name| begun_at(name).is_none_or(|at| at < before.as_microsecond()));
        let mut removed = 0;
        for name in old {
            fs::remove_file(self.uploads().join(name))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Waits until nobody is storing a content, and keeps everybody from it.
    pub(super) fn hold_alone(&self) -> io::Result<Hold> {
        self.lock(FlockOperation::LockExclusive)
    }

    fn lock(&self, how: FlockOperation) -> io::Result<Hold> {
        let path = self.directory.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        flock(&file, how)?;
        Ok(Hold(file))
    }

    fn uploads(&self) -> PathBuf {
        self.directory.join("uploads")
    }

    fn path(&self, hash: &ContentHash) -> PathBuf {
        let folder = hash.as_str().get(..2).unwrap_or_default();
        self.directory.join(folder).join(hash.as_str())
    }
}

fn make(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// The names in a directory; none if it does not exist.
fn names(directory: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
