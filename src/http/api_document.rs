//! What the API says of itself, for the page that shows it to people.

use serde_json::Value;

use crate::domain::staff::Role;

/// The document, and who may make a call by method and path.
#[derive(Debug, Clone)]
pub struct ApiDocument {
    pub document: Value,
    /// Method, path, the role it takes; `None` is anybody.
    pub calls: Vec<(String, String, Option<Role>)>,
}

impl ApiDocument {
    /// Who may make a call; `None` also where it is not known.
    pub fn role(&self, method: &str, path: &str) -> Option<Role> {
        let found = self.calls.iter().find(|(known, place, _)| known.eq_ignore_ascii_case(method) && place == path);
        found.and_then(|(_, _, role)| *role)
    }
}
