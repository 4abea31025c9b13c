//! Who may open which page: one table, checked before any handler runs. A page missing from it is accessible to
//! nobody.

use actix_web::http::Method;

use crate::domain::staff::Role;
use crate::web::PageError;

/// Who may open a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Open,
    /// Anyone signed in, even without the second factor that the installation requires.
    Enrolling,
    /// Staff with this role or a higher one.
    Role(Role),
    /// Staff with the role set in `KEYDESK_REVEAL` or a higher one.
    Reveal,
}

impl Access {
    /// The lowest role; `reveal` is the one that may see keys in plaintext.
    pub fn role(self, reveal: Role) -> Role {
        match self {
            Self::Open | Self::Enrolling => Role::Viewer,
            Self::Role(role) => role,
            Self::Reveal => reveal,
        }
    }
}

const VIEWER: Access = Access::Role(Role::Viewer);
const AGENT: Access = Access::Role(Role::Agent);
const ADMIN: Access = Access::Role(Role::Admin);

/// Every page and form: method, path, and who may use it.
pub const PAGES: &[(Method, &str, Access)] = &[
    (Method::GET, "/login", Access::Open),
    (Method::POST, "/login", Access::Open),
    (Method::GET, "/login/code", Access::Open),
    (Method::POST, "/login/code", Access::Open),
    #[cfg(feature = "passkeys")]
    (Method::GET, "/login/passkey", Access::Open),
    #[cfg(feature = "passkeys")]
    (Method::POST, "/login/passkey", Access::Open),
    #[cfg(feature = "passkeys")]
    (Method::GET, "/account/passkeys/new", VIEWER),
    #[cfg(feature = "passkeys")]
    (Method::POST, "/account/passkeys", VIEWER),
    #[cfg(feature = "passkeys")]
    (Method::POST, "/account/passkeys/{id}/removal", VIEWER),
    #[cfg(feature = "oidc")]
    (Method::GET, "/login/provider", Access::Open),
    #[cfg(feature = "oidc")]
    (Method::GET, "/login/provider/callback", Access::Open),
    (Method::GET, "/forgotten-password", Access::Open),
    (Method::POST, "/forgotten-password", Access::Open),
    (Method::GET, "/new-password", Access::Open),
    (Method::POST, "/new-password", Access::Open),
    (Method::GET, "/api/docs", Access::Open),
    (Method::POST, "/logout", Access::Enrolling),
    (Method::POST, "/preferences", Access::Enrolling),
    (Method::GET, "/account/second-factor", Access::Enrolling),
    (Method::POST, "/account/second-factor", Access::Enrolling),
    (Method::GET, "/account", VIEWER),
    (Method::POST, "/account", VIEWER),
    (Method::POST, "/account/password", VIEWER),
    (Method::POST, "/account/second-factor/removal", VIEWER),
    (Method::POST, "/account/recovery-codes", VIEWER),
    (Method::POST, "/account/sessions/end-others", VIEWER),
    (Method::POST, "/account/sessions/{id}/end", VIEWER),
    (Method::GET, "/", VIEWER),
    (Method::GET, "/grants", VIEWER),
    (Method::POST, "/grants", AGENT),
    (Method::GET, "/grants/new", AGENT),
    (Method::POST, "/grants/take-next", AGENT),
    (Method::GET, "/grants/{id}", VIEWER),
    (Method::POST, "/grants/{id}/claim", AGENT),
    (Method::POST, "/grants/{id}/release", AGENT),
    (Method::GET, "/grants/{id}/fulfillment/new", AGENT),
    (Method::POST, "/grants/{id}/fulfillment", AGENT),
    (Method::POST, "/grants/{id}/fulfillment/preview", AGENT),
    (Method::POST, "/grants/{id}/reveal", Access::Reveal),
    (Method::POST, "/grants/{id}/emails", AGENT),
    (Method::POST, "/grants/{id}/revocation", ADMIN),
    (Method::POST, "/grants/{id}/restoration", ADMIN),
    // Complete keys are looked up only for people who may see them.
    (Method::GET, "/search", VIEWER),
    (Method::POST, "/search", VIEWER),
    (Method::GET, "/entitlements", VIEWER),
    (Method::POST, "/entitlements", ADMIN),
    (Method::GET, "/entitlements/new", ADMIN),
    (Method::POST, "/entitlements/{id}", ADMIN),
    (Method::GET, "/entitlements/{id}/edit", ADMIN),
    (Method::GET, "/license-keys/{id}", VIEWER),
    (Method::POST, "/license-keys/{id}", AGENT),
    (Method::POST, "/license-keys/{id}/status", ADMIN),
    (Method::POST, "/license-keys/{id}/instances/{instance_id}/deactivation", AGENT),
    (Method::GET, "/audit", AGENT),
    (Method::GET, "/audit.csv", AGENT),
    (Method::GET, "/customers/{id}/erasure", ADMIN),
    (Method::POST, "/customers/{id}/erasure", ADMIN),
    (Method::GET, "/staff", ADMIN),
    (Method::POST, "/staff", ADMIN),
    (Method::GET, "/staff/{id}", ADMIN),
    (Method::POST, "/staff/{id}/link", ADMIN),
    (Method::POST, "/staff/{id}/role", ADMIN),
    (Method::POST, "/staff/{id}/status", ADMIN),
    (Method::POST, "/staff/{id}/second-factor/removal", ADMIN),
    (Method::POST, "/staff/{id}/identity/removal", ADMIN),
    (Method::GET, "/api-keys", ADMIN),
    (Method::POST, "/api-keys", ADMIN),
    (Method::POST, "/api-keys/{id}/revocation", ADMIN),
    (Method::GET, "/webhooks", ADMIN),
    (Method::POST, "/webhooks", ADMIN),
    (Method::GET, "/webhooks/new", ADMIN),
    (Method::GET, "/webhooks/{id}", ADMIN),
    (Method::POST, "/webhooks/{id}", ADMIN),
    (Method::GET, "/webhooks/{id}/edit", ADMIN),
    (Method::POST, "/webhooks/{id}/deletion", ADMIN),
    (Method::POST, "/webhooks/{id}/reveal", ADMIN),
    (Method::POST, "/webhooks/{id}/secret", ADMIN),
    (Method::POST, "/webhooks/{id}/test", ADMIN),
    (Method::GET, "/webhooks/{id}/messages/{message_id}", ADMIN),
    (Method::POST, "/webhooks/{id}/messages/{message_id}/resend", ADMIN),
    (Method::GET, "/mail", ADMIN),
    (Method::GET, "/mail/{name}", ADMIN),
];

/// Who may send this request; HEAD counts as GET. Fails if the table has no such page.
pub fn access(method: &Method, pattern: Option<String>) -> Result<Access, PageError> {
    let pattern = pattern.ok_or(PageError::NotFound)?;
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    PAGES
        .iter()
        .find(|(known, path, _)| known == method && *path == pattern)
        .map(|(_, _, access)| *access)
        .ok_or_else(|| PageError::internal(format!("{method} {pattern} is not in the table of pages")))
}
