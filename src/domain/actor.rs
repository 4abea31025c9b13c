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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person who is still proving who they are: signing in, or setting a password through a link.
    Staff(StaffId),
    /// A person who is signed in, with the role that the request was admitted with.
    SignedIn { id: StaffId, role: Role },
    /// A program, with the role that its request was admitted with.
    ApiKey { id: ApiKeyId, role: Role },
    /// A part of Keydesk: `outbox`, `import`, `command-line`, `demo`.
    System(&'static str),
    /// Someone who is not signed in.
    Unknown,
}

impl Actor {
    /// A part of Keydesk itself.
    pub fn system(part: &'static str) -> Self {
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
            Who::System(part) => part,
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
