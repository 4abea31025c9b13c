//! The URLs of the pages, and encoding of text in them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::bulk::BulkAction;
use crate::domain::ids::{
    BatchId, BulkRunId, ConnectionId, CustomerId, EntitlementId, GrantId, LicenseKeyId, MessageId, SaleImportId,
    StaffId, StockUploadId, WebhookEndpointId,
};

pub const HOME: &str = "/";

pub const GRANTS: &str = "/grants";

pub const GRANTS_CSV: &str = "/grants.csv";

pub const PENDING_GRANTS: &str = "/grants?status=pending";

pub const NEW_GRANT: &str = "/grants/new";

/// The list of what the person delivered today.
pub const SENT_TODAY: &str = "/grants?status=delivered&by=me&from=today";

pub const SAVED_VIEWS: &str = "/saved-views";

/// The report on what was delivered, by product and person.
pub const REPORT: &str = "/report";

pub const REPORT_CSV: &str = "/report.csv";

pub const SEARCH: &str = "/search";

pub const CUSTOMERS_CSV: &str = "/customers.csv";

pub const CUSTOMERS: &str = "/customers";

pub const ENTITLEMENTS: &str = "/entitlements";

pub const LICENSE_KEYS: &str = "/license-keys";

pub const STOCK: &str = "/stock";

/// The form that imports sales, and the earlier imports.
pub const SALE_IMPORTS: &str = "/sales/import";

pub const LICENSE_KEYS_CSV: &str = "/license-keys.csv";
pub const STOCK_CSV: &str = "/stock.csv";

pub const API_DOCS: &str = "/api/docs";

pub const API_KEYS: &str = "/api-keys";

pub const WEBHOOKS: &str = "/webhooks";

pub const CONNECTIONS: &str = "/connections";

/// What came in, and what of it needs a decision.
pub const SALES: &str = "/sales";

pub const SALES_TO_DECIDE: &str = "/sales?needs=decision";

pub const NEW_CONNECTION: &str = "/connections/new";

pub const STAFF: &str = "/staff";

/// The e-mails that are written to files instead of being sent.
pub const DEV_MAILBOX: &str = "/mail";

/// The settings in force.
pub const SETTINGS: &str = "/settings";

pub const ACCOUNT: &str = "/account";

pub const SECOND_FACTOR: &str = "/account/second-factor";

pub const LOGIN: &str = "/login";

pub const LOGIN_CODE: &str = "/login/code";

/// The form that could not be sent before signing in.
pub const UNSENT_FORM: &str = "/unsent-form";

/// Keeps that form while a visitor signs in without a password.
pub const CARRY_FORM: &str = "/login/unsent-form";

pub const AUDIT: &str = "/audit";

pub const AUDIT_CSV: &str = "/audit.csv";

/// The pairs as a query.
pub fn query(pairs: &[(&str, String)]) -> String {
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    query.join("&")
}

/// The path with the pairs as its query.
pub fn with_query(path: &str, pairs: &[(&str, String)]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", query(pairs)) }
}

pub fn grant(id: &GrantId) -> String {
    format!("/grants/{id}")
}

/// The list of an entitlement's grants.
pub fn grants_of_entitlement(id: &EntitlementId) -> String {
    format!("{GRANTS}?entitlement_id={id}")
}

/// The list of the grants that are assigned to a person.
pub fn grants_assigned_to(id: &StaffId) -> String {
    format!("{GRANTS}?assignee={id}")
}

/// The list of the grants that a person delivered.
pub fn grants_delivered_by(id: &StaffId) -> String {
    format!("{GRANTS}?status=delivered&by={id}")
}

/// The list of grants with a query that is encoded already.
pub fn list_again(query: &str) -> String {
    if query.is_empty() { GRANTS.to_owned() } else { format!("{GRANTS}?{query}") }
}

/// Where an act on many grants is looked at before it begins.
pub fn bulk_run(action: BulkAction, id: &BulkRunId) -> String {
    format!("/grants/bulk/{}/{id}", action.as_str())
}

/// How far an act on many grants has come.
pub fn job(id: &BulkRunId) -> String {
    format!("/jobs/{id}")
}

pub const BULK_UPLOAD: &str = "/grants/bulk/upload";

pub fn new_fulfillment(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment/new")
}

/// Where a delivery is undone.
pub fn undo(id: &GrantId) -> String {
    format!("/grants/{id}/undo")
}

/// Where a pause or a skip is ended.
pub fn resumption(id: &GrantId) -> String {
    format!("/grants/{id}/resumption")
}

pub fn webhook(id: &WebhookEndpointId) -> String {
    format!("/webhooks/{id}")
}

pub fn connection(id: &ConnectionId) -> String {
    format!("{CONNECTIONS}/{id}")
}

pub fn webhook_delivery(id: &WebhookEndpointId, message_id: &MessageId) -> String {
    format!("/webhooks/{id}/messages/{message_id}")
}

pub fn person(id: &StaffId) -> String {
    format!("/staff/{id}")
}

/// Where a person is disabled and enabled.
pub fn staff_status(id: &StaffId) -> String {
    format!("/staff/{id}/status")
}

pub fn customer(id: &CustomerId) -> String {
    format!("{CUSTOMERS}/{id}")
}

pub fn license_key(id: &LicenseKeyId) -> String {
    format!("{LICENSE_KEYS}/{id}")
}

/// Where a key is disabled and enabled.
pub fn license_key_status(id: &LicenseKeyId) -> String {
    format!("/license-keys/{id}/status")
}

pub fn entitlement(id: &EntitlementId) -> String {
    format!("/entitlements/{id}")
}

pub fn edit_entitlement(id: &EntitlementId) -> String {
    format!("/entitlements/{id}/edit")
}

/// The stock of an entitlement.
pub fn stock(id: &EntitlementId) -> String {
    format!("{STOCK}/{id}")
}

/// The form that imports keys into the stock of an entitlement.
pub fn stock_import(id: &EntitlementId) -> String {
    format!("{STOCK}/{id}/import")
}

/// The lines of a list of keys before they are confirmed.
pub fn stock_upload(id: &EntitlementId, upload_id: &StockUploadId) -> String {
    format!("{STOCK}/{id}/import/{upload_id}")
}

pub fn batch(id: &BatchId) -> String {
    format!("/batches/{id}")
}

/// A file of sales: what its lines become, or became.
pub fn sale_import(id: &SaleImportId) -> String {
    format!("{SALE_IMPORTS}/{id}")
}

/// What the columns of a file of sales are.
pub fn sale_import_map(id: &SaleImportId) -> String {
    format!("{SALE_IMPORTS}/{id}/map")
}

/// The lines that are not imported, as a file: `refused` or `skipped`.
pub fn sale_import_file(id: &SaleImportId, which: &str) -> String {
    format!("{SALE_IMPORTS}/{id}/{which}.csv")
}

/// The sign-in page, with the page to open afterwards.
pub fn login(next: &str) -> String {
    match safe_next(next).as_str() {
        HOME => "/login".to_owned(),
        next => format!("/login?next={}", encode(next)),
    }
}

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Encodes a text as a value in a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// `next` if it is a path in this portal, otherwise the home page: browsers interpret `//host`, `/\host` and
/// `/<tab>/host` as other sites.
pub fn safe_next(next: &str) -> String {
    let is_plain = next.len() <= 2_000 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let is_local = next.starts_with('/') && !next.starts_with("//");
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let leads_back = matches!(path, "/login" | "/login/code" | "/logout" | "/preferences");
    if is_plain && is_local && !leads_back { next.to_owned() } else { HOME.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_portal_are_gone_on_to() {
        for next in ["/", "/grants?status=pending", "/grants/entg_abc#mail"] {
            assert_eq!(safe_next(next), next);
        }
        for next in [
            "",
            "grants",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a b",
            "/login?next=/",
            "javascript:alert(1)",
            "/ä\n",
        ] {
            assert_eq!(safe_next(next), "/", "{next:?}");
        }
    }

    #[test]
    fn the_way_back_survives_the_sign_in_page() {
        assert_eq!(login("/grants?q=a&b=c"), "/login?next=/grants%3Fq%3Da%26b%3Dc");
        assert_eq!(login("//evil.example"), "/login");
    }
}
