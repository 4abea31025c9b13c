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
    Stock,
    /// What follows a connected account.
    Connection,
    /// Work that goes on after an upgrade.
    Upgrade,
}

impl SystemPart {
    pub const ALL: [Self; 8] = [
        Self::Outbox,
        Self::Import,
        Self::CommandLine,
        Self::Demo,
        Self::IdentityProvider,
        Self::Stock,
        Self::Connection,
        Self::Upgrade,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Import => "import",
            Self::CommandLine => "command-line",
            Self::Demo => "demo",
            Self::IdentityProvider => "identity-provider",
            Self::Stock => "stock",
            Self::Connection => "connection",
            Self::Upgrade => "upgrade",
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

impl Who {
    /// The form that is kept for work that goes on after the request: kind, id and role.
    pub fn encode(&self) -> String {
        match self {
            Self::Staff(id) => format!("staff {id}"),
            Self::SignedIn { id, role } => format!("signed-in {id} {}", role.as_str()),
            Self::ApiKey { id, role } => format!("api-key {id} {}", role.as_str()),
            Self::System(part) => format!("system {}", part.as_str()),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// Reads the output of [`Self::encode`]; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["staff", id] => Some(Self::Staff(StaffId::stored((*id).to_owned()))),
            ["signed-in", id, role] => {
                Some(Self::SignedIn { id: StaffId::stored((*id).to_owned()), role: Role::parse(role)? })
            }
            ["api-key", id, role] => {
                Some(Self::ApiKey { id: ApiKeyId::stored((*id).to_owned()), role: Role::parse(role)? })
            }
            ["system", part] => SystemPart::ALL.into_iter().find(|known| known.as_str() == *part).map(Self::System),
            ["unknown"] => Some(Self::Unknown),
            _ => None,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_started_something_reads_back() {
        let id = StaffId::random();
        for who in [
            Who::Staff(id.clone()),
            Who::SignedIn { id, role: Role::Agent },
            Who::ApiKey { id: ApiKeyId::random(), role: Role::Admin },
            Who::System(SystemPart::Stock),
            Who::Unknown,
        ] {
            assert_eq!(Who::decode(&who.encode()), Some(who));
        }
        assert_eq!(Who::decode("signed-in stf_a king"), None);
    }
}
