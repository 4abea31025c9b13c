//! Whoever did something: a person, a program with an API key, or Keydesk itself.

use super::ids::StaffId;

/// Who did it, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub who: Who,
    /// The address the request came from; `None` for Keydesk itself.
    pub address: Option<String>,
    pub request_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Staff(StaffId),
    ApiKey(String),
    /// A part of Keydesk: `outbox`, `import`, `command-line`, `demo`.
    System(&'static str),
    /// Somebody who is not signed in.
    Unknown,
}

impl Actor {
    /// A part of Keydesk itself.
    pub fn system(part: &'static str) -> Self {
        Self { who: Who::System(part), address: None, request_id: None }
    }

    pub fn kind(&self) -> &'static str {
        match self.who {
            Who::Staff(_) => "staff",
            Who::ApiKey(_) => "api_key",
            Who::System(_) => "system",
            Who::Unknown => "unknown",
        }
    }

    pub fn id(&self) -> &str {
        match &self.who {
            Who::Staff(id) => id.as_str(),
            Who::ApiKey(id) => id,
            Who::System(part) => part,
            Who::Unknown => "unknown",
        }
    }

    pub fn staff_id(&self) -> Option<&StaffId> {
        match &self.who {
            Who::Staff(id) => Some(id),
            _ => None,
        }
    }
}
