//! The result of a valid first factor.

use crate::domain::ids::StaffId;
use serde::{Deserialize, Serialize};

/// The first factor was valid.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub staff_id: StaffId,
    /// The person's security stamp at that time; the session is valid until the stamp changes.
    pub security_stamp: i64,
    /// If true, the person is not signed in until the second factor is verified.
    pub needs_code: bool,
    /// The identity to bind to the person after that.
    pub pending_identity: Option<PendingIdentity>,
}

/// How a person proved their identity; the name is stored in the audit log.
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

    /// Whether two factors were verified.
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Password | Self::Provider)
    }
}

/// A subject to bind to a person, stored in the session until the second factor is verified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingIdentity {
    pub(super) issuer: String,
    pub(super) subject: String,
    /// The role that the provider gives, where it manages roles.
    pub(super) role: Option<String>,
}
