//! Acts on many grants at once. A person chooses grants from a list; what is chosen is a run. Some runs begin at once,
//! others when the person has seen what would happen and confirms it. A job then goes through the grants in small steps:
//! each is a use case of its own, and a grant that is not what the person saw is left out and named.

mod begin;
pub mod confirm;
pub mod pairs;
pub mod select;
pub mod view;

use crate::crypto::Keyring;
use crate::domain::ids::LicenseKeyId;
use crate::storage::StorageError;
use crate::storage::bulk_runs::GrantLook;

#[derive(Debug)]
pub enum BulkError {
    /// There is no such run, it is another person's, or it is over.
    NotFound,
    /// No grant was chosen that the action is for.
    NothingChosen,
    /// More grants were chosen than one run may have.
    TooMany,
    /// None of the keys can be sent.
    NothingToSend,
    /// Pasted keys are not kept, so this run cannot be repeated.
    NotRepeatable,
    Storage(StorageError),
}

impl From<StorageError> for BulkError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}

/// A digest of what a person sees of a grant, so that a change in between is noticed.
pub(in crate::usecases) fn digest(keyring: &Keyring, look: &GrantLook) -> [u8; 32] {
    keyring.fingerprint(&[
        b"bulk_run",
        look.status.as_str().as_bytes(),
        look.entitlement_id.as_str().as_bytes(),
        look.license_key_id.as_ref().map(LicenseKeyId::as_str).unwrap_or_default().as_bytes(),
        look.customer_id.as_str().as_bytes(),
        look.email.as_str().as_bytes(),
    ])
}
