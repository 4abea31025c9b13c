//! Receiving a content: it is hashed while it is written, and its temporary file disappears with it.

use actix_web::web::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

use super::disk::{Finished, TemporaryFile};
use super::{FileError, in_background};
use crate::crypto::hex;
use crate::domain::file::ContentHash;

/// How much is written at once.
const BLOCK: usize = 512 * 1024;

/// A content that is being received. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    /// `None` once it cannot be completed.
    written: Option<Written>,
    /// What is not written yet.
    pending: BytesMut,
    size: u64,
    max: u64,
}

#[derive(Debug)]
struct Written {
    temporary: TemporaryFile,
    hasher: Sha256,
}

impl Upload {
    pub(super) fn new(temporary: TemporaryFile, max: u64) -> Self {
        let written = Written { temporary, hasher: Sha256::new() };
        Self { written: Some(written), pending: BytesMut::with_capacity(BLOCK), size: 0, max }
    }

    /// Adds bytes. After an error it cannot be kept.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.size += bytes.len() as u64;
        if self.size > self.max {
            self.written = None;
            return Err(FileError::TooLarge(self.max));
        }
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < BLOCK {
            return Ok(());
        }
        let (block, written) = (self.pending.split().freeze(), self.written.take().ok_or(FileError::NotFound)?);
        self.written = Some(in_background(move || written.with(&block)).await?);
        Ok(())
    }

    /// How many bytes were received.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Ends it with these bytes.
    pub(super) fn finish_with(mut self, bytes: &[u8]) -> Result<Finished, FileError> {
        self.size += bytes.len() as u64;
        self.pending.extend_from_slice(bytes);
        self.finish()
    }

    pub(super) fn finish(mut self) -> Result<Finished, FileError> {
        let rest: Bytes = self.pending.split().freeze();
        let Written { temporary, hasher } = self.written.take().ok_or(FileError::NotFound)?.with(&rest)?;
        let hash = ContentHash::parse(&hex(&hasher.finalize())).ok_or(FileError::NotFound)?;
        Ok(Finished { temporary, hash, size: self.size })
    }
}

impl Written {
    fn with(mut self, block: &[u8]) -> Result<Self, FileError> {
        use std::io::Write;
        self.temporary.file.write_all(block)?;
        self.hasher.update(block);
        Ok(self)
    }
}
