//! The API's description, for the page that shows it.

use serde_json::Value;

use crate::domain::staff::Role;

/// The `OpenAPI` document, and who may make each call.
#[derive(Debug, Clone)]
pub(crate) struct ApiDocument {
    pub document: Value,
    /// Method, path, and the required role; `None` if no authentication is required.
    pub calls: Vec<(String, String, Option<Role>)>,
}

impl ApiDocument {
    /// The role required for a call; `None` also for an unknown call.
    pub(crate) fn role(&self, method: &str, path: &str) -> Option<Role> {
        let found = self.calls.iter().find(|(known, place, _)| known.eq_ignore_ascii_case(method) && place == path);
        found.and_then(|(_, _, role)| *role)
    }
}
