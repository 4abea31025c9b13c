//! What a round over an account found, or why it ended early.

use super::read::ReadError;
use crate::dodo::CallError;
use crate::storage::StorageError;

/// What a poll found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PollReport {
    pub calls: i32,
    pub entitlements: usize,
    pub created: usize,
    pub changed: usize,
    /// Whether everything was looked at; else it goes on when more calls may be made.
    pub is_complete: bool,
}

/// Why a round ended early.
#[derive(Debug)]
pub(super) enum RoundError {
    Read(ReadError),
    Storage(StorageError),
}

impl RoundError {
    /// A short description for the connection's page.
    pub(super) fn explain(&self) -> String {
        match self {
            Self::Read(ReadError::OutOfBudget) => "out of calls".to_owned(),
            Self::Read(ReadError::Call(error)) => error.explain(),
            Self::Storage(_) => "the database could not be used".to_owned(),
        }
    }
}

impl From<ReadError> for RoundError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<CallError> for RoundError {
    fn from(error: CallError) -> Self {
        Self::Read(ReadError::Call(error))
    }
}

impl From<StorageError> for RoundError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
