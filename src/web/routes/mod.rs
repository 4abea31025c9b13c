//! The one table of pages: method, path, who may use it, and the handler. A page that is not in it does not exist.
//! A page that the navigation leads to has path and access there.

pub mod access;
pub mod navigation;

use actix_web::guard;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route};

use self::access::{ADMIN, AGENT, Access, ENROLLING, OPEN, PageAccess, REVEAL, VIEWER};
use self::navigation::{Nav, NavItem, item_of};
use super::account::{self, preferences, second_factor};
#[cfg(feature = "passkeys")]
use super::auth::passkeys;
#[cfg(feature = "oidc")]
use super::auth::provider_sign_ins;
use super::auth::{forgotten_passwords, new_passwords, second_step, sessions};
use super::bulk_runs::{self, export, jobs, upload};
use super::customers::{self, edit, erasures, mergers};
use super::grants::fulfillment::{self, claims};
use super::grants::handling::{assignments, pauses, skips};
use super::grants::{
    self, acceptances, decisions, emails, invitations, pulse, replace, restorations, reveals, revocations, undo,
};
use super::stock::{self, batches, import, keys, preview};
use super::unsent_forms::{self, keep_forms};
use super::urls::{
    ACCOUNT, API_DOCS, API_KEYS, AUDIT_CSV, BULK_UPLOAD, CARRY_FORM, CONNECTIONS, CUSTOMERS_CSV, ENTITLEMENTS, GRANTS,
    GRANTS_CSV, LICENSE_KEYS, LICENSE_KEYS_CSV, LOGIN_CODE, NEW_CONNECTION, NEW_GRANT, REPORT, REPORT_CSV,
    SALE_IMPORTS, SAVED_VIEWS, SEARCH, SECOND_FACTOR, STAFF, STOCK_CSV, UNSENT_FORM, WEBHOOKS,
};
use super::webhooks::deliveries;
use super::{PageError, api_docs, api_keys, audit_log, connections, dev_mailbox, entitlements, license_keys, overview};
use super::{sale_imports, sales, saved_views, searches, see_other, settings, staff, webhooks};
use crate::http::session_store::PULSE;

/// A page or a form.
pub struct Page {
    pub method: Method,
    /// The pattern of its path, such as `/grants/{id}`.
    pub path: &'static str,
    pub access: Access,
    route: fn() -> Route,
}

macro_rules! page {
    (NAV $nav:expr, $handler:expr) => {{
        const ITEM: &NavItem = item_of($nav);
        page!(GET ITEM.path, ITEM.access, $handler)
    }};
    (GET $path:expr, $access:expr, $handler:expr) => {
        Page { method: Method::GET, path: $path, access: $access, route: || get().to($handler) }
    };
    (POST $path:expr, $access:expr, $handler:expr) => {
        Page { method: Method::POST, path: $path, access: $access, route: || web::post().to($handler) }
    };
}

/// Every page and every form. Of two paths that match a request, the first one counts.
pub const PAGES: &[Page] = &[
    page!(GET "/login", OPEN, sessions::new),
    page!(POST "/login", OPEN, sessions::create),
    page!(GET LOGIN_CODE, OPEN, second_step::new),
    page!(POST LOGIN_CODE, OPEN, second_step::create),
    #[cfg(feature = "passkeys")]
    page!(GET "/login/passkey", OPEN, passkeys::start),
    #[cfg(feature = "passkeys")]
    page!(POST "/login/passkey", OPEN, passkeys::finish),
    #[cfg(feature = "passkeys")]
    page!(GET "/account/passkeys/new", VIEWER, passkeys::new),
    #[cfg(feature = "passkeys")]
    page!(POST "/account/passkeys", VIEWER, passkeys::create),
    #[cfg(feature = "passkeys")]
    page!(POST "/account/passkeys/{id}/removal", VIEWER, passkeys::destroy),
    #[cfg(feature = "oidc")]
    page!(GET "/login/provider", OPEN, provider_sign_ins::new),
    #[cfg(feature = "oidc")]
    page!(GET crate::oidc::CALLBACK, OPEN, provider_sign_ins::create),
    page!(GET "/forgotten-password", OPEN, forgotten_passwords::new),
    page!(POST "/forgotten-password", OPEN, forgotten_passwords::create),
    page!(GET "/new-password", OPEN, new_passwords::new),
    page!(POST "/new-password", OPEN, new_passwords::create),
    page!(POST CARRY_FORM, OPEN, unsent_forms::carry),
    page!(GET UNSENT_FORM, VIEWER, unsent_forms::show),
    page!(GET API_DOCS, OPEN, api_docs::show),
    page!(POST "/logout", ENROLLING, sessions::destroy),
    page!(POST "/preferences", ENROLLING, preferences::update),
    page!(GET SECOND_FACTOR, ENROLLING, second_factor::new),
    page!(POST SECOND_FACTOR, ENROLLING, second_factor::create),
    page!(GET ACCOUNT, VIEWER, account::show),
    page!(POST ACCOUNT, VIEWER, account::update),
    page!(POST "/account/password", VIEWER, account::change),
    page!(POST "/account/second-factor/removal", VIEWER, second_factor::destroy),
    page!(POST "/account/recovery-codes", VIEWER, second_factor::renew_codes),
    page!(POST "/account/sessions/end-others", VIEWER, account::end_others),
    page!(POST "/account/sessions/{id}/end", VIEWER, account::end),
    page!(NAV Nav::Overview, overview::show),
    page!(GET REPORT, VIEWER, overview::report::show),
    page!(GET REPORT_CSV, AGENT, overview::report::csv),
    page!(NAV Nav::Grants, grants::index),
    page!(POST GRANTS, AGENT, grants::create),
    page!(GET NEW_GRANT, AGENT, grants::new),
    page!(POST "/grants/take-next", AGENT, claims::next),
    page!(GET PULSE, VIEWER, pulse::show),
    page!(GET GRANTS_CSV, AGENT, grants::csv::index),
    page!(GET BULK_UPLOAD, AGENT, upload::new),
    page!(POST BULK_UPLOAD, AGENT, upload::create),
    page!(POST "/grants/bulk/export", AGENT, export::create),
    page!(POST "/grants/bulk/{action}", AGENT, bulk_runs::create),
    page!(GET "/grants/bulk/{action}/{run_id}", AGENT, bulk_runs::show),
    page!(POST "/grants/bulk/keys/{run_id}/check", AGENT, bulk_runs::check),
    page!(POST "/grants/bulk/{action}/{run_id}/confirm", AGENT, bulk_runs::confirm),
    page!(GET "/jobs/{id}", VIEWER, jobs::show),
    page!(GET "/jobs/{id}/report.csv", AGENT, jobs::report),
    page!(POST "/jobs/{id}/stop", AGENT, jobs::stop),
    page!(POST "/jobs/{id}/again", AGENT, jobs::repeat),
    page!(POST "/jobs/{id}/undo", AGENT, jobs::undo),
    page!(GET "/grants/{id}", VIEWER, grants::show),
    page!(POST "/grants/{id}/claim", AGENT, claims::create),
    page!(POST "/grants/{id}/release", AGENT, claims::destroy),
    page!(POST "/grants/{id}/acceptance", AGENT, acceptances::create),
    page!(POST "/grants/{id}/skip", AGENT, skips::create),
    page!(POST "/grants/{id}/pause", AGENT, pauses::create),
    page!(POST "/grants/{id}/resumption", AGENT, pauses::destroy),
    page!(POST "/grants/{id}/assignment", AGENT, assignments::update),
    page!(GET "/grants/{id}/fulfillment/new", AGENT, fulfillment::new),
    page!(POST "/grants/{id}/fulfillment", AGENT, fulfillment::create),
    page!(POST "/grants/{id}/fulfillment/preview", AGENT, fulfillment::preview),
    page!(GET "/grants/{id}/replace", AGENT, replace::new),
    page!(POST "/grants/{id}/replace", AGENT, replace::create),
    page!(POST "/grants/{id}/replace/preview", AGENT, replace::preview),
    page!(POST "/grants/{id}/undo", AGENT, undo::create),
    page!(POST "/grants/{id}/send-now", AGENT, undo::send_now),
    page!(GET "/grants/{id}/invitation/new", AGENT, invitations::new),
    page!(POST "/grants/{id}/invitation", AGENT, invitations::create),
    page!(POST "/grants/{id}/reveal", REVEAL, reveals::create),
    page!(POST "/grants/{id}/emails", AGENT, emails::create),
    page!(POST "/grants/{id}/decision", AGENT, decisions::create),
    page!(POST "/grants/{id}/revocation", ADMIN, revocations::create),
    page!(POST "/grants/{id}/restoration", ADMIN, restorations::create),
    page!(GET SAVED_VIEWS, VIEWER, saved_views::index),
    page!(POST SAVED_VIEWS, VIEWER, saved_views::create),
    page!(POST "/saved-views/{id}", VIEWER, saved_views::update),
    page!(POST "/saved-views/{id}/deletion", VIEWER, saved_views::destroy),
    // Whole keys are looked up for those alone who may see them.
    page!(GET SEARCH, VIEWER, searches::index),
    page!(POST SEARCH, VIEWER, searches::create),
    page!(GET SALE_IMPORTS, VIEWER, sale_imports::index),
    page!(POST SALE_IMPORTS, AGENT, sale_imports::create),
    page!(GET "/sales/import/{id}", VIEWER, sale_imports::preview::show),
    page!(GET "/sales/import/{id}/map", AGENT, sale_imports::map::show),
    page!(POST "/sales/import/{id}/columns", AGENT, sale_imports::map::update),
    page!(POST "/sales/import/{id}/read", AGENT, sale_imports::map::read),
    page!(POST "/sales/import/{id}/check", AGENT, sale_imports::preview::check),
    page!(POST "/sales/import/{id}/confirm", AGENT, sale_imports::preview::confirm),
    page!(GET "/sales/import/{id}/refused.csv", AGENT, sale_imports::files::refused),
    page!(GET "/sales/import/{id}/skipped.csv", AGENT, sale_imports::files::skipped),
    page!(NAV Nav::Sales, sales::index),
    page!(POST "/sales/products", AGENT, sales::decisions::map),
    page!(POST "/sales/address", AGENT, sales::decisions::address),
    page!(POST "/sales/decision", AGENT, sales::decisions::create),
    page!(NAV Nav::Stock, stock::index),
    page!(GET STOCK_CSV, AGENT, stock::csv::index),
    page!(POST "/stock/alerts", AGENT, stock::hide_alerts),
    page!(POST "/stock/batches/{id}/recall", ADMIN, batches::recall),
    page!(POST "/stock/batches/{id}/replace", AGENT, batches::replace),
    page!(GET "/stock/{id}", VIEWER, stock::show::show),
    page!(POST "/stock/{id}", ADMIN, stock::show::update),
    page!(POST "/stock/{id}/serve", AGENT, stock::serve),
    page!(POST "/stock/{id}/keys", ADMIN, keys::update),
    page!(GET "/stock/{id}/import", AGENT, import::new),
    page!(POST "/stock/{id}/import", AGENT, import::create),
    page!(GET "/stock/{id}/import/{upload_id}", AGENT, preview::show),
    page!(GET "/stock/{id}/import/{upload_id}/skipped.csv", AGENT, preview::skipped),
    page!(POST "/stock/{id}/import/{upload_id}/confirm", AGENT, preview::confirm),
    page!(GET "/batches/{id}", VIEWER, batches::show),
    page!(NAV Nav::Entitlements, entitlements::index),
    page!(GET "/entitlements.csv", AGENT, entitlements::csv::index),
    page!(POST ENTITLEMENTS, ADMIN, entitlements::create),
    page!(GET "/entitlements/new", ADMIN, entitlements::new),
    page!(POST "/entitlements/{id}", ADMIN, entitlements::update),
    page!(GET "/entitlements/{id}/edit", ADMIN, entitlements::edit),
    page!(POST "/entitlements/{id}/files", ADMIN, entitlements::files::create),
    page!(POST "/entitlements/{id}/files/{file_id}/note", ADMIN, entitlements::files::update),
    page!(POST "/entitlements/{id}/files/{file_id}/position", ADMIN, entitlements::files::reorder),
    page!(POST "/entitlements/{id}/files/{file_id}/removal", ADMIN, entitlements::files::destroy),
    page!(GET LICENSE_KEYS, VIEWER, license_keys::index::index),
    page!(GET LICENSE_KEYS_CSV, AGENT, license_keys::csv::index),
    page!(GET "/license-keys/{id}", VIEWER, license_keys::show),
    page!(POST "/license-keys/{id}", AGENT, license_keys::update),
    page!(POST "/license-keys/{id}/status", ADMIN, license_keys::set_status),
    page!(POST "/license-keys/{id}/instances/{instance_id}/deactivation", AGENT, license_keys::deactivate),
    page!(NAV Nav::Audit, audit_log::index),
    page!(GET AUDIT_CSV, AGENT, audit_log::csv::index),
    page!(NAV Nav::Customers, customers::index),
    page!(GET CUSTOMERS_CSV, AGENT, customers::csv::index),
    page!(GET "/customers/{id}", VIEWER, customers::show),
    page!(POST "/customers/{id}", AGENT, edit::update),
    page!(GET "/customers/{id}/edit", AGENT, edit::new),
    page!(POST "/customers/{id}/emails", AGENT, customers::emails::create),
    page!(POST "/customers/{id}/notes", AGENT, customers::create_note),
    page!(POST "/grants/{id}/notes", AGENT, grants::notes::create),
    page!(POST "/notes/{id}/deletion", AGENT, customers::destroy_note),
    page!(GET "/customers/{id}/erasure", ADMIN, erasures::new),
    page!(POST "/customers/{id}/erasure", ADMIN, erasures::create),
    page!(GET "/customers/{id}/merger/new", ADMIN, mergers::new),
    page!(POST "/customers/{id}/merger/preview", ADMIN, mergers::preview),
    page!(POST "/customers/{id}/merger", ADMIN, mergers::create),
    page!(NAV Nav::Staff, staff::index),
    page!(GET "/staff.csv", ADMIN, staff::csv::index),
    page!(POST STAFF, ADMIN, staff::create),
    page!(GET "/staff/{id}", ADMIN, staff::show::show),
    page!(POST "/staff/{id}/link", ADMIN, staff::show::send_link),
    page!(POST "/staff/{id}/role", ADMIN, staff::show::change_role),
    page!(POST "/staff/{id}/status", ADMIN, staff::show::set_status),
    page!(POST "/staff/{id}/second-factor/removal", ADMIN, staff::show::remove_factor),
    page!(POST "/staff/{id}/identity/removal", ADMIN, staff::show::forget_identity),
    page!(NAV Nav::ApiKeys, api_keys::index),
    page!(GET "/api-keys.csv", ADMIN, api_keys::csv::index),
    page!(POST API_KEYS, ADMIN, api_keys::create),
    page!(POST "/api-keys/{id}/revocation", ADMIN, api_keys::revoke),
    page!(NAV Nav::Webhooks, webhooks::index),
    page!(GET "/webhooks.csv", ADMIN, webhooks::csv::index),
    page!(POST WEBHOOKS, ADMIN, webhooks::create),
    page!(GET "/webhooks/new", ADMIN, webhooks::new),
    page!(GET "/webhooks/{id}", ADMIN, webhooks::show::show),
    page!(POST "/webhooks/{id}", ADMIN, webhooks::update),
    page!(GET "/webhooks/{id}/edit", ADMIN, webhooks::edit),
    page!(POST "/webhooks/{id}/deletion", ADMIN, webhooks::destroy),
    page!(POST "/webhooks/{id}/reveal", ADMIN, webhooks::show::reveal),
    page!(POST "/webhooks/{id}/secret", ADMIN, webhooks::show::rotate),
    page!(POST "/webhooks/{id}/test", ADMIN, webhooks::show::test),
    page!(GET "/webhooks/{id}/messages/{message_id}", ADMIN, deliveries::show),
    page!(POST "/webhooks/{id}/messages/{message_id}/resend", ADMIN, deliveries::resend),
    page!(NAV Nav::Connections, connections::index),
    page!(POST CONNECTIONS, ADMIN, connections::create),
    page!(GET NEW_CONNECTION, ADMIN, connections::new),
    page!(GET "/connections/{id}", ADMIN, connections::show::show),
    page!(POST "/connections/{id}", ADMIN, connections::show::update),
    page!(POST "/connections/{id}/poll", ADMIN, connections::polls::create),
    page!(POST "/connections/{id}/pause", ADMIN, connections::polls::pause),
    page!(POST "/connections/{id}/resume", ADMIN, connections::polls::resume),
    page!(POST "/connections/{id}/key", ADMIN, connections::secrets::change),
    page!(POST "/connections/{id}/webhook", ADMIN, connections::secrets::webhook),
    page!(POST "/connections/{id}/decision", ADMIN, connections::troubles::decide),
    page!(POST "/connections/{id}/secrets", ADMIN, connections::secrets::create),
    page!(POST "/connections/{id}/deliveries/again", ADMIN, connections::deliveries::again),
    page!(POST "/connections/{id}/removal", ADMIN, connections::polls::destroy),
    page!(NAV Nav::Settings, settings::show),
    page!(NAV Nav::Mail, dev_mailbox::index),
    page!(GET "/mail/{name}", ADMIN, dev_mailbox::show),
];

/// Serves every page of the table.
pub fn pages(config: &mut ServiceConfig) {
    let mut paths: Vec<&str> = Vec::new();
    for page in PAGES {
        if !paths.contains(&page.path) {
            paths.push(page.path);
        }
    }
    for path in paths {
        let pages = || PAGES.iter().filter(|page| page.path == path);
        let access =
            PageAccess::new(pages().map(|page| (page.method.clone(), page.access)).collect(), path, object_of(path));
        let mut resource =
            pages().fold(web::resource(path).app_data(access), |resource, page| resource.route((page.route)()));
        if object_of(path).is_some_and(|object| object != path) {
            resource = resource.route(get().to(to_object));
        }
        config.service(resource.wrap(from_fn(keep_forms)));
    }
    config.default_service(web::route().to(|| async { Err::<HttpResponse, _>(PageError::NotFound) }));
}

/// The pattern of the page of the object that a form acts on: the longest page that the form's path begins with.
fn object_of(path: &'static str) -> Option<&'static str> {
    let is_page = |path: &str| PAGES.iter().any(|page| page.method == Method::GET && page.path == path);
    let ends = path.char_indices().filter(|(_, letter)| *letter == '/').map(|(at, _)| at).rev();
    let starts = std::iter::once(path.len()).chain(ends).filter_map(|end| path.get(..end));
    // An entitlement has no page but the one that changes it.
    let edit = PAGES.iter().find(|page| page.path.strip_suffix("/edit") == Some(path) && !is_page(path));
    edit.map(|page| page.path).or_else(|| starts.into_iter().find(|start| is_page(start)))
}

/// Somebody reloads or copies the address of a form: leads to the object that the form acts on.
async fn to_object(request: HttpRequest) -> Result<HttpResponse, PageError> {
    let page = request.app_data::<PageAccess>().ok_or(PageError::NotFound)?;
    Ok(see_other(&page.object_url(request.path()).ok_or(PageError::NotFound)?))
}

/// GET, and HEAD, which is GET without a body.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
