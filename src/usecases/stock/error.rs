//! Why something cannot be done with the stock of an entitlement.

use super::rejected::RejectedLines;
use crate::domain::stock::NoStock;
use crate::storage::StorageError;
use crate::usecases::idempotent::{IdempotencyMismatch, IsConflict};

#[derive(Debug)]
pub enum StockError {
    /// There is no such entitlement, batch, key or upload, or it is not this person's.
    NotFound,
    /// The entitlement can have no stock.
    NoStock(NoStock),
    /// None of the lines is a key that can be added; why, where that is known only now.
    NothingToAdd(RejectedLines),
    /// The key is in another state by now.
    Changed,
    /// The idempotency key was used with different content.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for StockError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<NoStock> for StockError {
    fn from(reason: NoStock) -> Self {
        Self::NoStock(reason)
    }
}

impl From<IdempotencyMismatch> for StockError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for StockError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}
