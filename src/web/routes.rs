//! The map of every page, and the functions that write URLs.

use actix_web::guard;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{PageError, preferences, sessions};
use super::{account, account_factor, forgotten_passwords, new_passwords, second_step, staff_index, staff_page};
use super::{api_docs, api_keys, emails, license_key_page, restorations, reveals, revocations};
use super::{audit_csv, audit_entries, claims, entitlements, erasures, fulfillments, grants, kept_mail, overview};
use super::{searches, webhook_deliveries, webhook_page, webhooks};
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId, MessageId, StaffId, WebhookEndpointId};

/// Every page.
pub fn pages(config: &mut ServiceConfig) {
    optional_pages(config);
    config
        .service(at(HOME).route(get().to(overview::show)))
        .service(at(GRANTS).route(get().to(grants::index)).route(post().to(grants::create)))
        .service(at("/grants/take-next").route(post().to(claims::next)))
        .service(at("/grants/{id}/claim").route(post().to(claims::create)))
        .service(at("/grants/{id}/release").route(post().to(claims::destroy)))
        .service(at("/grants/{id}/fulfillment/new").route(get().to(fulfillments::new)))
        .service(at("/grants/{id}/fulfillment").route(post().to(fulfillments::create)))
        .service(at("/grants/{id}/fulfillment/preview").route(post().to(fulfillments::preview)))
        .service(at("/grants/new").route(get().to(grants::new)))
        .service(at("/grants/{id}").route(get().to(grants::show)))
        .service(at("/grants/{id}/reveal").route(post().to(reveals::create)))
        .service(at("/grants/{id}/emails").route(post().to(emails::create)))
        .service(at("/grants/{id}/revocation").route(post().to(revocations::create)))
        .service(at("/grants/{id}/restoration").route(post().to(restorations::create)))
        .service(at(SEARCH).route(get().to(searches::index)).route(post().to(searches::create)))
        .service(at(ENTITLEMENTS).route(get().to(entitlements::index)).route(post().to(entitlements::create)))
        .service(at("/entitlements/new").route(get().to(entitlements::new)))
        .service(at("/entitlements/{id}").route(post().to(entitlements::update)))
        .service(at("/entitlements/{id}/edit").route(get().to(entitlements::edit)))
        .service(at(AUDIT).route(get().to(audit_entries::index)))
        .service(at(AUDIT_CSV).route(get().to(audit_csv::index)))
        .service(at(API_KEYS).route(get().to(api_keys::index)).route(post().to(api_keys::create)))
        .service(at("/api-keys/{id}/revocation").route(post().to(api_keys::revoke)))
        .service(at(API_DOCS).route(get().to(api_docs::show)))
        .service(at(WEBHOOKS).route(get().to(webhooks::index)).route(post().to(webhooks::create)))
        .service(at("/webhooks/new").route(get().to(webhooks::new)))
        .service(at("/webhooks/{id}").route(get().to(webhook_page::show)).route(post().to(webhooks::update)))
        .service(at("/webhooks/{id}/edit").route(get().to(webhooks::edit)))
        .service(at("/webhooks/{id}/deletion").route(post().to(webhooks::destroy)))
        .service(at("/webhooks/{id}/reveal").route(post().to(webhook_page::reveal)))
        .service(at("/webhooks/{id}/secret").route(post().to(webhook_page::rotate)))
        .service(at("/webhooks/{id}/test").route(post().to(webhook_page::test)))
        .service(at("/webhooks/{id}/messages/{message_id}").route(get().to(webhook_deliveries::show)))
        .service(at("/webhooks/{id}/messages/{message_id}/resend").route(post().to(webhook_deliveries::resend)))
        .service(
            at("/license-keys/{id}").route(get().to(license_key_page::show)).route(post().to(license_key_page::update)),
        )
        .service(at("/license-keys/{id}/status").route(post().to(license_key_page::set_status)))
        .service(
            at("/license-keys/{id}/instances/{instance_id}/deactivation")
                .route(post().to(license_key_page::deactivate)),
        )
        .service(at("/mail").route(get().to(kept_mail::index)))
        .service(at("/mail/{name}").route(get().to(kept_mail::show)))
        .service(at("/customers/{id}/erasure").route(get().to(erasures::new)).route(post().to(erasures::create)))
        .service(at(STAFF).route(get().to(staff_index::index)).route(post().to(staff_index::create)))
        .service(at("/staff/{id}").route(get().to(staff_page::show)))
        .service(at("/staff/{id}/link").route(post().to(staff_page::send_link)))
        .service(at("/staff/{id}/role").route(post().to(staff_page::change_role)))
        .service(at("/staff/{id}/status").route(post().to(staff_page::set_status)))
        .service(at("/staff/{id}/second-factor/removal").route(post().to(staff_page::remove_factor)))
        .service(at("/staff/{id}/identity/removal").route(post().to(staff_page::forget_identity)))
        .service(at(ACCOUNT).route(get().to(account::show)).route(post().to(account::update)))
        .service(at("/account/password").route(post().to(account::change)))
        .service(at(SECOND_FACTOR).route(get().to(account_factor::new)).route(post().to(account_factor::create)))
        .service(at("/account/second-factor/removal").route(post().to(account_factor::destroy)))
        .service(at("/account/recovery-codes").route(post().to(account_factor::renew_codes)))
        .service(at("/account/sessions/end-others").route(post().to(account::end_others)))
        .service(at("/account/sessions/{id}/end").route(post().to(account::end)))
        .service(at(LOGIN_CODE).route(get().to(second_step::new)).route(post().to(second_step::create)))
        .service(
            at("/forgotten-password")
                .route(get().to(forgotten_passwords::new))
                .route(post().to(forgotten_passwords::create)),
        )
        .service(at("/new-password").route(get().to(new_passwords::new)).route(post().to(new_passwords::create)))
        .service(at("/login").route(get().to(sessions::new)).route(post().to(sessions::create)))
        .service(at("/logout").route(post().to(sessions::destroy)))
        .service(at("/preferences").route(post().to(preferences::update)))
        .default_service(web::route().to(|| async { Err::<HttpResponse, _>(PageError::NotFound) }));
}

/// Those of the features this was built with.
fn optional_pages(config: &mut ServiceConfig) {
    #[cfg(feature = "oidc")]
    config
        .service(at("/login/provider").route(get().to(super::provider_sign_ins::new)))
        .service(at(crate::oidc::CALLBACK).route(get().to(super::provider_sign_ins::create)));
    #[cfg(feature = "passkeys")]
    config
        .service(at("/login/passkey").route(get().to(super::passkeys::start)).route(post().to(super::passkeys::finish)))
        .service(at("/account/passkeys/new").route(get().to(super::passkeys::new)))
        .service(at("/account/passkeys").route(post().to(super::passkeys::create)))
        .service(at("/account/passkeys/{id}/removal").route(post().to(super::passkeys::destroy)));
    let _ = config;
}

fn at(path: &str) -> Resource {
    web::resource(path)
}

/// GET, and HEAD, which is GET without a body.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn post() -> Route {
    web::post()
}

pub const HOME: &str = "/";
pub const GRANTS: &str = "/grants";
pub const PENDING_GRANTS: &str = "/grants?status=pending";
pub const SEARCH: &str = "/search";
pub const ENTITLEMENTS: &str = "/entitlements";
pub const API_DOCS: &str = "/api/docs";
pub const API_KEYS: &str = "/api-keys";
pub const WEBHOOKS: &str = "/webhooks";
pub const STAFF: &str = "/staff";
pub const ACCOUNT: &str = "/account";
pub const SECOND_FACTOR: &str = "/account/second-factor";
pub const LOGIN: &str = "/login";
pub const LOGIN_CODE: &str = "/login/code";
pub const AUDIT: &str = "/audit";
pub const AUDIT_CSV: &str = "/audit.csv";

pub fn grant(id: &GrantId) -> String {
    format!("/grants/{id}")
}

/// The grants of an entitlement.
pub fn grants_of_entitlement(id: &EntitlementId) -> String {
    format!("{GRANTS}?entitlement_id={id}")
}

pub fn new_fulfillment(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment/new")
}

pub fn fulfillment(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

pub fn webhook(id: &WebhookEndpointId) -> String {
    format!("/webhooks/{id}")
}

pub fn webhook_delivery(id: &WebhookEndpointId, message_id: &MessageId) -> String {
    format!("/webhooks/{id}/messages/{message_id}")
}

pub fn person(id: &StaffId) -> String {
    format!("/staff/{id}")
}

pub fn license_key(id: &LicenseKeyId) -> String {
    format!("/license-keys/{id}")
}

pub fn entitlement(id: &EntitlementId) -> String {
    format!("/entitlements/{id}")
}

pub fn edit_entitlement(id: &EntitlementId) -> String {
    format!("/entitlements/{id}/edit")
}

/// The sign-in page, and where to go after it.
pub fn login(next: &str) -> String {
    match safe_next(next).as_str() {
        HOME => "/login".to_owned(),
        next => format!("/login?next={}", encode(next)),
    }
}

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Text as a value in a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A path of this portal to go on to, or the home page for anything else: browsers take `//host`,
/// `/\host` and `/<tab>/host` for other sites.
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
