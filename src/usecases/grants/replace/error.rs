//! Why a key cannot be replaced.

use crate::domain::grant::{DeliverError, GrantStatus};
use crate::domain::integration::link::NotALink;
use crate::storage::StorageError;
use crate::storage::license_keys::IssuedKey;
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::idempotent::{IdempotencyMismatch, IsConflict};

#[derive(Debug)]
pub(crate) enum ReplaceKeyError {
    GrantNotFound,
    /// The grant is mirrored: its key is supplied where it comes from.
    Mirrored,
    /// The customer was erased.
    Erased,
    /// The grant has not been delivered by a key or a link, or is revoked.
    NothingToReplace(GrantStatus),
    /// The grant has another key by now than the one that was to be replaced.
    ReplacedMeanwhile,
    /// The e-mail with the key has not left: the delivery can be undone.
    StillWaiting,
    /// The key has expired, and so would the new one.
    Expired,
    /// The grant takes something else.
    Takes(DeliverError),
    NotALink(NotALink),
    /// The value was issued before; `None` if another transaction issued it at the same moment.
    KeyAlreadyUsed(Option<IssuedKey>),
    /// The value lies in stock, or did and was discarded.
    KeyInStock,
    OutOfStock,
    /// The key looks wrong, and nobody has confirmed it.
    Unconfirmed,
    /// The idempotency key was used with different content.
    IdempotencyMismatch,
    /// The same request replaced the key, and that was undone.
    Undone,
    Storage(StorageError),
}

impl From<StorageError> for ReplaceKeyError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<IdempotencyMismatch> for ReplaceKeyError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

/// What issuing the new key can fail with.
impl From<FulfillGrantError> for ReplaceKeyError {
    fn from(error: FulfillGrantError) -> Self {
        match error {
            FulfillGrantError::GrantNotFound => Self::GrantNotFound,
            FulfillGrantError::Refused(error) => Self::Takes(error),
            FulfillGrantError::NotALink(error) => Self::NotALink(error),
            FulfillGrantError::KeyAlreadyUsed(issued) => Self::KeyAlreadyUsed(issued),
            FulfillGrantError::KeyInStock => Self::KeyInStock,
            FulfillGrantError::OutOfStock => Self::OutOfStock,
            FulfillGrantError::Unconfirmed => Self::Unconfirmed,
            FulfillGrantError::IdempotencyMismatch => Self::IdempotencyMismatch,
            FulfillGrantError::Undone => Self::Undone,
            FulfillGrantError::Storage(error) => Self::Storage(error),
        }
    }
}

impl IsConflict for ReplaceKeyError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}
