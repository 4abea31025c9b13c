//! Who performed an action: a person, a program with an API key, or Keydesk itself.

use super::ids::{ApiKeyId, StaffId};
use super::staff::Role;

/// Who performed an action, and the address they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub who: Who,
    /// The address that the request came from; `None` for Keydesk itself.
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// A part of Keydesk that acts automatically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemPart {
    Outbox,
    Import,
    CommandLine,
    Demo,
    IdentityProvider,
}

impl SystemPart {
    pub const ALL: [Self; 5] = [Self::Outbox, Self::Import, Self::CommandLine, Self::Demo, Self::IdentityProvider];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Import => "import",
            Self::CommandLine => "command-line",
            Self::Demo => "demo",
            Self::IdentityProvider => "identity-provider",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person who is still proving who they are: signing in, or setting a password through a link.
    Staff(StaffId),
    /// A person who is signed in, with the role the request was admitted with.
    SignedIn {
        id: StaffId,
        role: Role,
    },
    /// A program, with the role its request was admitted with.
    ApiKey {
        id: ApiKeyId,
        role: Role,
    },
    System(SystemPart),
    /// Somebody who is not signed in.
    Unknown,
}

impl Actor {
    /// A part of Keydesk itself.
    pub fn system(part: SystemPart) -> Self {
        Self { who: Who::System(part), address: None, request_id: None }
    }

    /// The kind of actor, as stored in the audit log.
    pub fn kind(&self) -> &'static str {
        match self.who {
            Who::Staff(_) | Who::SignedIn { .. } => "staff",
            Who::ApiKey { .. } => "api_key",
            Who::System(_) => "system",
            Who::Unknown => "unknown",
        }
    }

    pub fn id(&self) -> &str {
        match &self.who {
            Who::Staff(id) | Who::SignedIn { id, .. } => id.as_str(),
            Who::ApiKey { id, .. } => id.as_str(),
            Who::System(part) => part.as_str(),
            Who::Unknown => "unknown",
        }
    }

    /// The person behind the actor, if it is one.
    pub fn staff_id(&self) -> Option<&StaffId> {
        match &self.who {
            Who::Staff(id) | Who::SignedIn { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the actor has `needed` or a role that includes it. Always true for parts of Keydesk, which nobody else
    /// can act as; always false before sign-in is complete.
    pub fn may(&self, needed: Role) -> bool {
        match &self.who {
            Who::SignedIn { role, .. } | Who::ApiKey { role, .. } => *role >= needed,
            Who::System(_) => true,
            Who::Staff(_) | Who::Unknown => false,
        }
    }
}
