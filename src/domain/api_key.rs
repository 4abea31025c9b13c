//! API keys: how programs authenticate. Only a hash of the token is stored.

use jiff::{SignedDuration, Timestamp};

use super::ids::{ApiKeyId, StaffId};
use super::staff::Role;
use super::text::{self, TextError};

/// The prefix of every token, so that people and secret scanners recognize one.
pub const TOKEN_PREFIX: &str = "kdk_";

/// The last use is recorded at most this often; it informs people and is not an exact count.
pub const LAST_USE_PRECISION: SignedDuration = SignedDuration::from_secs(60);

/// A program that may call the API.
#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    /// The last four characters of the token, to tell keys apart.
    pub last_four: String,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// The person who created the key; `None` if it was created on the command line.
    pub created_by: Option<StaffId>,
}

/// Whether a token is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyStatus {
    Active,
    Expired,
    Revoked,
}

impl ApiKeyStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl ApiKey {
    /// Whether the token is accepted at `now`.
    pub fn status(&self, now: Timestamp) -> ApiKeyStatus {
        if self.revoked_at.is_some() {
            ApiKeyStatus::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            ApiKeyStatus::Expired
        } else {
            ApiKeyStatus::Active
        }
    }

    /// Whether this key's role is or includes `role`.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// Whether a use at `now` should be recorded; see [`LAST_USE_PRECISION`].
    pub fn is_use_worth_noting(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| last.duration_until(now) >= LAST_USE_PRECISION)
    }
}

/// Parses a key's name: one line of 1 to 100 characters.
pub fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 100)
}
