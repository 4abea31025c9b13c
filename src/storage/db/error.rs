//! Database errors, in terms that the layers above can handle.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A database error that does not expose diesel.
#[derive(Debug, Clone)]
pub enum StorageError {
    NotFound,
    /// A unique constraint was violated: another transaction was faster.
    Conflict,
    /// The actor was disabled, lost their role or had their API key revoked after the request was admitted.
    NoLongerAllowed,
    /// The database is locked, out of connections or unreachable; a retry may succeed.
    Busy(String),
    /// The database answers but takes no changes, for this reason; a retry succeeds once somebody has mended that.
    Unwritable(&'static str),
    /// A stored value is invalid.
    Corrupt(String),
    Database(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such row"),
            Self::Conflict => f.write_str("such a row already exists"),
            Self::NoLongerAllowed => f.write_str("the actor may no longer do this"),
            Self::Busy(cause) => write!(f, "the database is busy: {cause}"),
            Self::Unwritable(why) => write!(f, "the database cannot be written: {why}"),
            Self::Corrupt(what) => write!(f, "a stored value is damaged: {what}"),
            Self::Database(cause) => write!(f, "database error: {cause}"),
        }
    }
}

impl std::error::Error for StorageError {}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        let text = error.to_string();
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Conflict,
            // A node that has just been demoted from primary is read-only.
            DieselError::DatabaseError(
                DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ReadOnlyTransaction,
                _,
            )
            | DieselError::BrokenTransactionManager => Self::Busy(text),
            DieselError::RollbackErrorOnCommit { commit_error, .. } => (*commit_error).into(),
            DieselError::DatabaseError(..) if is_busy(&text) => Self::Busy(text),
            DieselError::DatabaseError(..) => match unwritable(&text) {
                Some(why) => Self::Unwritable(why),
                None => Self::Database(text),
            },
            DieselError::DeserializationError(_) => Self::Corrupt(text),
            _ => Self::Database(text),
        }
    }
}

/// Recognizes temporary errors by the messages of both databases.
fn is_busy(text: &str) -> bool {
    const SIGNS: [&str; 10] = [
        "database is locked",
        "database table is locked",
        "lock timeout",
        "deadlock detected",
        "terminating connection",
        "server closed the connection",
        "no connection to the server",
        "could not connect",
        "the database system is",
        "statement timeout",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Why a database takes no changes, recognized by the messages of both.
fn unwritable(text: &str) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 5] = [
        ("database or disk is full", "its disk is full"),
        ("No space left on device", "its disk is full"),
        ("readonly database", "its file or directory is read-only"),
        ("unable to open database file", "its file or directory cannot be opened"),
        ("disk I/O error", "its disk reports errors"),
    ];
    SIGNS.into_iter().find(|(sign, _)| text.contains(sign)).map(|(_, why)| why)
}

impl From<r2d2::Error> for StorageError {
    fn from(error: r2d2::Error) -> Self {
        Self::Busy(error.to_string())
    }
}
