//! Why an action on staff fails.

use crate::crypto::PasswordError;
use crate::storage::StorageError;

#[derive(Debug)]
pub enum StaffError {
    NotFound,
    EmailTaken,
    /// No other person could manage the portal.
    LastAdmin,
    /// Not allowed on one's own account, to prevent mistakes; another admin has to do it.
    Oneself,
    /// The person is disabled, has already joined, or has not joined yet.
    WrongStatus,
    /// Everyone signs in with the identity provider.
    PasswordsOff,
    Password(PasswordError),
    Hashing(String),
    Storage(StorageError),
}

impl std::fmt::Display for StaffError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such person"),
            Self::EmailTaken => f.write_str("an account with this address already exists"),
            Self::LastAdmin => f.write_str("this is the last active admin; make another person an admin first"),
            Self::Oneself => f.write_str("another admin has to do this"),
            Self::WrongStatus => f.write_str("this is not possible in the account's current state"),
            Self::PasswordsOff => f.write_str("passwords are turned off (KEYDESK_PASSWORDS)"),
            Self::Password(error) => error.fmt(f),
            Self::Hashing(cause) => f.write_str(cause),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StaffError {}

impl From<StorageError> for StaffError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::EmailTaken,
            StorageError::NotFound => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}
