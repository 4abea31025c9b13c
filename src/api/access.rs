//! Who may make which API call: one table.

use actix_web::http::Method;

use crate::domain::staff::Role;

/// The path that all calls are under.
pub const PREFIX: &str = "/api";

/// Who may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, without a token.
    Open,
    /// API keys with this role or a higher one.
    Role(Role),
}

const VIEWER: Access = Access::Role(Role::Viewer);

const AGENT: Access = Access::Role(Role::Agent);

const ADMIN: Access = Access::Role(Role::Admin);

/// Every call: method, path below [`PREFIX`], and who may make it.
pub const CALLS: &[(Method, &str, Access)] = &[
    (Method::GET, "/openapi.json", Access::Open),
    (Method::GET, "/grants", VIEWER),
    (Method::POST, "/grants", AGENT),
    (Method::GET, "/grants/{grant_id}", VIEWER),
    (Method::POST, "/grants/{grant_id}/license-key", AGENT),
    (Method::POST, "/grants/{grant_id}/link", AGENT),
    (Method::POST, "/grants/{grant_id}/files", AGENT),
    (Method::POST, "/grants/{grant_id}/fulfill-from-stock", AGENT),
    (Method::POST, "/grants/{grant_id}/replace", AGENT),
    (Method::POST, "/grants/{grant_id}/undo", AGENT),
    (Method::POST, "/grants/{grant_id}/resend", AGENT),
    (Method::POST, "/grants/{grant_id}/restore", ADMIN),
    // A refund is a fact that the shop reports, like the sale; who takes a grant back by decision is an admin.
    (Method::POST, "/refunds", AGENT),
    (Method::GET, "/entitlements", VIEWER),
    (Method::POST, "/entitlements", ADMIN),
    (Method::GET, "/entitlements/{id}", VIEWER),
    (Method::PATCH, "/entitlements/{id}", ADMIN),
    (Method::DELETE, "/entitlements/{id}", ADMIN),
    (Method::GET, "/entitlements/{id}/grants", VIEWER),
    (Method::DELETE, "/entitlements/{id}/grants/{grant_id}", ADMIN),
    (Method::GET, "/entitlements/{id}/files", VIEWER),
    (Method::POST, "/entitlements/{id}/files", ADMIN),
    (Method::DELETE, "/entitlements/{id}/files/{file_id}", ADMIN),
    (Method::GET, "/entitlements/{id}/stock", VIEWER),
    (Method::POST, "/entitlements/{id}/stock", AGENT),
    (Method::GET, "/customers", VIEWER),
    (Method::POST, "/customers", AGENT),
    (Method::GET, "/customers/{customer_id}", VIEWER),
    (Method::PATCH, "/customers/{customer_id}", AGENT),
    (Method::GET, "/customers/{customer_id}/entitlement-grants", VIEWER),
    (Method::GET, "/customers/{customer_id}/entitlements", VIEWER),
    (Method::GET, "/products", VIEWER),
    (Method::POST, "/products", ADMIN),
    (Method::GET, "/products/{id}", VIEWER),
    (Method::GET, "/license_keys", VIEWER),
    (Method::POST, "/license_keys", AGENT),
    (Method::GET, "/license_keys/{id}", VIEWER),
    (Method::PATCH, "/license_keys/{id}", AGENT),
    (Method::GET, "/license_key_instances", VIEWER),
    (Method::GET, "/license_key_instances/{id}", VIEWER),
    (Method::PATCH, "/license_key_instances/{id}", AGENT),
    (Method::POST, "/licenses/activate", Access::Open),
    (Method::POST, "/licenses/validate", Access::Open),
    (Method::POST, "/licenses/deactivate", Access::Open),
    (Method::GET, "/webhooks", ADMIN),
    (Method::POST, "/webhooks", ADMIN),
    (Method::GET, "/webhooks/{webhook_id}", ADMIN),
    (Method::PATCH, "/webhooks/{webhook_id}", ADMIN),
    (Method::DELETE, "/webhooks/{webhook_id}", ADMIN),
    (Method::GET, "/webhooks/{webhook_id}/secret", ADMIN),
    (Method::POST, "/webhooks/{webhook_id}/rotate-secret", ADMIN),
    (Method::POST, "/webhooks/{webhook_id}/test", ADMIN),
    (Method::GET, "/webhooks/{webhook_id}/deliveries", ADMIN),
    (Method::POST, "/webhooks/{webhook_id}/deliveries/{message_id}/resend", ADMIN),
];

/// Who may make the call; `None` if there is no such call.
pub fn access(method: &Method, pattern: &str) -> Option<Access> {
    let path = pattern.strip_prefix(PREFIX)?;
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    CALLS.iter().find(|(known, place, _)| known == method && *place == path).map(|(_, _, access)| *access)
}
