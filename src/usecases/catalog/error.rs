//! Why a product or an entitlement was not saved.

use crate::storage::StorageError;
use crate::usecases::idempotent::{IdempotencyMismatch, IsConflict};

#[derive(Debug)]
pub enum SaveEntitlementError {
    ProductNotFound,
    /// A file that it should carry does not exist.
    FileNotFound(String),
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for SaveEntitlementError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdempotencyMismatch> for SaveEntitlementError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for SaveEntitlementError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}
