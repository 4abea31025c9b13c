//! The routes of all pages.

pub mod access;

use actix_web::guard;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route};

use super::account::{self, preferences};
use super::auth::{forgotten_passwords, new_passwords, second_step, sessions};
use super::customers::erasures;
use super::grants::fulfillment::claims;
use super::grants::{self, emails, restorations, reveals, revocations};
use super::urls::{
    ACCOUNT, API_DOCS, API_KEYS, AUDIT, AUDIT_CSV, ENTITLEMENTS, GRANTS, HOME, LOGIN_CODE, SEARCH, SECOND_FACTOR,
    STAFF, WEBHOOKS,
};
use super::{PageError, api_docs, api_keys, audit_log, dev_mailbox, entitlements, license_keys, overview};
use super::{searches, staff, webhooks};

/// Registers all pages.
pub fn pages(config: &mut ServiceConfig) {
    optional_pages(config);
    config
        .service(at(HOME).route(get().to(overview::show)))
        .service(at(GRANTS).route(get().to(grants::index)).route(post().to(grants::create)))
        .service(at("/grants/take-next").route(post().to(claims::next)))
        .service(at("/grants/{id}/claim").route(post().to(claims::create)))
        .service(at("/grants/{id}/release").route(post().to(claims::destroy)))
        .service(at("/grants/{id}/fulfillment/new").route(get().to(grants::fulfillment::new)))
        .service(at("/grants/{id}/fulfillment").route(post().to(grants::fulfillment::create)))
        .service(at("/grants/{id}/fulfillment/preview").route(post().to(grants::fulfillment::preview)))
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
        .service(at(AUDIT).route(get().to(audit_log::index)))
        .service(at(AUDIT_CSV).route(get().to(audit_log::csv::index)))
        .service(at(API_KEYS).route(get().to(api_keys::index)).route(post().to(api_keys::create)))
        .service(at("/api-keys/{id}/revocation").route(post().to(api_keys::revoke)))
        .service(at(API_DOCS).route(get().to(api_docs::show)))
        .service(at(WEBHOOKS).route(get().to(webhooks::index)).route(post().to(webhooks::create)))
        .service(at("/webhooks/new").route(get().to(webhooks::new)))
        .service(at("/webhooks/{id}").route(get().to(webhooks::show::show)).route(post().to(webhooks::update)))
        .service(at("/webhooks/{id}/edit").route(get().to(webhooks::edit)))
        .service(at("/webhooks/{id}/deletion").route(post().to(webhooks::destroy)))
        .service(at("/webhooks/{id}/reveal").route(post().to(webhooks::show::reveal)))
        .service(at("/webhooks/{id}/secret").route(post().to(webhooks::show::rotate)))
        .service(at("/webhooks/{id}/test").route(post().to(webhooks::show::test)))
        .service(at("/webhooks/{id}/messages/{message_id}").route(get().to(webhooks::deliveries::show)))
        .service(at("/webhooks/{id}/messages/{message_id}/resend").route(post().to(webhooks::deliveries::resend)))
        .service(at("/license-keys/{id}").route(get().to(license_keys::show)).route(post().to(license_keys::update)))
        .service(at("/license-keys/{id}/status").route(post().to(license_keys::set_status)))
        .service(
            at("/license-keys/{id}/instances/{instance_id}/deactivation").route(post().to(license_keys::deactivate)),
        )
        .service(at("/mail").route(get().to(dev_mailbox::index)))
        .service(at("/mail/{name}").route(get().to(dev_mailbox::show)))
        .service(at("/customers/{id}/erasure").route(get().to(erasures::new)).route(post().to(erasures::create)))
        .service(at(STAFF).route(get().to(staff::index)).route(post().to(staff::create)))
        .service(at("/staff/{id}").route(get().to(staff::show::show)))
        .service(at("/staff/{id}/link").route(post().to(staff::show::send_link)))
        .service(at("/staff/{id}/role").route(post().to(staff::show::change_role)))
        .service(at("/staff/{id}/status").route(post().to(staff::show::set_status)))
        .service(at("/staff/{id}/second-factor/removal").route(post().to(staff::show::remove_factor)))
        .service(at("/staff/{id}/identity/removal").route(post().to(staff::show::forget_identity)))
        .service(at(ACCOUNT).route(get().to(account::show)).route(post().to(account::update)))
        .service(at("/account/password").route(post().to(account::change)))
        .service(
            at(SECOND_FACTOR)
                .route(get().to(account::second_factor::new))
                .route(post().to(account::second_factor::create)),
        )
        .service(at("/account/second-factor/removal").route(post().to(account::second_factor::destroy)))
        .service(at("/account/recovery-codes").route(post().to(account::second_factor::renew_codes)))
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

/// Registers the pages of optional features that this build includes.
fn optional_pages(config: &mut ServiceConfig) {
    #[cfg(feature = "oidc")]
    config
        .service(at("/login/provider").route(get().to(super::auth::provider_sign_ins::new)))
        .service(at(crate::oidc::CALLBACK).route(get().to(super::auth::provider_sign_ins::create)));
    #[cfg(feature = "passkeys")]
    config
        .service(
            at("/login/passkey")
                .route(get().to(super::auth::passkeys::start))
                .route(post().to(super::auth::passkeys::finish)),
        )
        .service(at("/account/passkeys/new").route(get().to(super::auth::passkeys::new)))
        .service(at("/account/passkeys").route(post().to(super::auth::passkeys::create)))
        .service(at("/account/passkeys/{id}/removal").route(post().to(super::auth::passkeys::destroy)));
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
