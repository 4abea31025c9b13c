//! The record of calls: what came, what was done, what was answered.

use serde_json::Value;

use super::http::Request;

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The list of entitlements, or one of them.
    Entitlements,
    /// The grants of an entitlement.
    Grants,
    /// The grants of a customer.
    CustomerGrants,
    /// A customer, or the list of them.
    Customer,
    Emails,
    Payment,
    Subscription,
    /// A key for a grant.
    Supply,
    Revoke,
    LicenseKeys,
    Webhooks,
    /// A call that the account does not know.
    Other,
}

impl Kind {
    pub fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method, parts.as_slice()) {
            ("GET", ["entitlements"] | ["entitlements", _]) => Self::Entitlements,
            ("GET", ["entitlements", _, "grants"]) => Self::Grants,
            ("DELETE", ["entitlements", _, "grants", _]) => Self::Revoke,
            ("GET", ["customers", _, "entitlement-grants" | "entitlements"]) => Self::CustomerGrants,
            ("GET", ["customers", _, "emails", ..]) => Self::Emails,
            ("GET", ["customers"] | ["customers", _]) => Self::Customer,
            ("GET", ["payments", _]) => Self::Payment,
            ("GET", ["subscriptions", _]) => Self::Subscription,
            ("POST", ["grants", _, "license-key"]) => Self::Supply,
            ("GET", ["license_keys", ..]) => Self::LicenseKeys,
            (_, ["webhooks", ..]) => Self::Webhooks,
            _ => Self::Other,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Call {
    pub kind: Kind,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Value,
    /// What was answered; none where the line was cut.
    pub status: Option<u16>,
    /// What it came to, also where something else or nothing was answered; none where nothing was done.
    pub done: Option<u16>,
}

impl Call {
    pub(super) fn new(kind: Kind, request: &Request, status: Option<u16>, done: Option<u16>) -> Self {
        Self {
            kind,
            path: request.path.clone(),
            query: request.query.clone(),
            body: request.json().unwrap_or_default(),
            status,
            done,
        }
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The grant that a key was for.
    pub fn grant_id(&self) -> &str {
        self.path.split('/').nth(2).unwrap_or_default()
    }

    /// The key that was sent.
    pub fn key(&self) -> &str {
        self.body["key"].as_str().unwrap_or_default()
    }

    /// Whether the sender cannot know what became of it.
    pub fn is_uncertain(&self) -> bool {
        self.status.is_none_or(|status| status >= 500)
    }
}

/// Nobody repeats a key blindly: after a 409, a 5xx or no answer, the grants of its customer or entitlement are read
/// before another key is sent for it; and after a 409 that could be read, the same key is not sent again.
pub fn check_that_nothing_is_repeated_blindly(calls: &[Call]) {
    let supplies: Vec<(usize, &Call)> =
        calls.iter().enumerate().filter(|(_, call)| call.kind == Kind::Supply).collect();
    for (at, later) in &supplies {
        let of_grant = |(before, earlier): &&(usize, &Call)| before < at && earlier.grant_id() == later.grant_id();
        let Some((before, earlier)) = supplies.iter().rfind(of_grant) else { continue };
        if !earlier.is_uncertain() && earlier.status != Some(409) {
            continue;
        }
        let reads =
            calls[before + 1..*at].iter().filter(|call| matches!(call.kind, Kind::Grants | Kind::CustomerGrants));
        let reads: Vec<bool> = reads.map(|call| call.status == Some(200)).collect();
        assert!(reads.contains(&true), "sent again without a look: {later:?} after {earlier:?}");
        let is_unread = reads.contains(&false);
        assert!(
            earlier.status != Some(409) || earlier.key() != later.key() || is_unread,
            "a 409 is repeated: {later:?} after {earlier:?}"
        );
    }
}
