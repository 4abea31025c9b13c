//! API keys: how programs sign in. Only a hash of the token is kept.

use jiff::{SignedDuration, Timestamp};

use super::ids::{ApiKeyId, StaffId};
use super::staff::Role;
use super::text::{self, TextError};

/// What a token begins with, so that people and secret scanners know one when they see it.
pub const TOKEN_PREFIX: &str = "kdk_";

/// The last use is noted at most this often: it is there for people, not for counting.
pub const LAST_USE_PRECISION: SignedDuration = SignedDuration::from_secs(60);

/// A program that may call the API.
#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    /// The end of the token, to tell keys apart.
    pub last_four: String,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// The person who made it; `None` where the command line did.
    pub created_by: Option<StaffId>,
}

/// Whether a token opens the API.
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
    pub fn status(&self, now: Timestamp) -> ApiKeyStatus {
        if self.revoked_at.is_some() {
            ApiKeyStatus::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            ApiKeyStatus::Expired
        } else {
            ApiKeyStatus::Active
        }
    }

    /// Whether this key may do what `role` may.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// Whether a use at `now` is worth noting.
    pub fn is_use_worth_noting(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| last.duration_until(now) >= LAST_USE_PRECISION)
    }
}

/// What a key is called: one line of 1 to 100 characters.
pub fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 100)
}
