//! Why a grant cannot be fulfilled.

use crate::domain::grant::DeliverError;
use crate::domain::integration::link::NotALink;
use crate::storage::StorageError;
use crate::storage::license_keys::IssuedKey;
use crate::usecases::idempotent::{IdempotencyMismatch, IsConflict};

#[derive(Debug)]
pub enum FulfillGrantError {
    GrantNotFound,
    /// The grant does not wait for what was supplied.
    Refused(DeliverError),
    /// What was supplied is no link of the platform.
    NotALink(NotALink),
    /// The value was issued before; `None` if another transaction issued it at the same moment.
    KeyAlreadyUsed(Option<IssuedKey>),
    /// The value lies in stock, or did and was discarded.
    KeyInStock,
    /// The key was to come from stock, and none is left.
    OutOfStock,
    /// The key looks wrong, and nobody has confirmed it.
    Unconfirmed,
    /// The idempotency key was used with different content.
    IdempotencyMismatch,
    /// The same request delivered, and that was undone.
    Undone,
    Storage(StorageError),
}

impl From<StorageError> for FulfillGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<DeliverError> for FulfillGrantError {
    fn from(error: DeliverError) -> Self {
        Self::Refused(error)
    }
}

impl From<IdempotencyMismatch> for FulfillGrantError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for FulfillGrantError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}
