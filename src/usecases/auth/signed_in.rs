//! What a first factor that was right leads to.

use crate::domain::ids::StaffId;
use serde::{Deserialize, Serialize};

/// The first factor was right.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub staff_id: StaffId,
    /// The person's when the factor was checked; the session counts for as long as it does not change.
    pub security_stamp: i64,
    /// Nobody is signed in until the second factor has been checked too.
    pub needs_code: bool,
    /// What is bound to the person once it has been.
    pub pending_identity: Option<PendingIdentity>,
}

/// How somebody showed who they are; the audit log keeps the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Password,
    PasswordAndCode,
    PasswordAndRecoveryCode,
    Passkey,
    Provider,
    ProviderAndCode,
    ProviderAndRecoveryCode,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndCode => "password_and_code",
            Self::PasswordAndRecoveryCode => "password_and_recovery_code",
            Self::Passkey => "passkey",
            Self::Provider => "identity_provider",
            Self::ProviderAndCode => "identity_provider_and_code",
            Self::ProviderAndRecoveryCode => "identity_provider_and_recovery_code",
        }
    }

    /// Whether two factors were shown.
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Password | Self::Provider)
    }
}

/// A subject that is to be bound to somebody, as the session keeps it until the second factor was right.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingIdentity {
    pub(super) issuer: String,
    pub(super) subject: String,
    /// The role that the provider gives, where it manages roles.
    pub(super) role: Option<String>,
}
