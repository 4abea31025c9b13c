//! The routes of all calls.

use actix_web::guard;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, Route};

use super::access::{CALLS, PREFIX};
use super::response::cors::open_to_browsers;
use super::{
    ApiError, customers, entitlements, grants, license_keys, licenses, openapi, products, refunds, stock, webhooks,
};

/// Registers the handler of every call.
pub(crate) fn calls(config: &mut ServiceConfig) {
    config
        .service(at("/openapi.json").route(get().to(openapi::show)))
        .service(at("/grants").route(get().to(grants::index)).route(web::post().to(grants::create)))
        .service(at("/grants/{grant_id}").route(get().to(grants::show)))
        .service(at("/grants/{grant_id}/license-key").route(web::post().to(grants::fulfill::create)))
        .service(at("/grants/{grant_id}/link").route(web::post().to(grants::link::create)))
        .service(at("/grants/{grant_id}/files").route(web::post().to(grants::files::create)))
        .service(at("/grants/{grant_id}/fulfill-from-stock").route(web::post().to(stock::fulfill::create)))
        .service(at("/grants/{grant_id}/replace").route(web::post().to(grants::replace::create)))
        .service(at("/grants/{grant_id}/undo").route(web::post().to(grants::replace::undo)))
        .service(at("/grants/{grant_id}/resend").route(web::post().to(grants::actions::resend)))
        .service(at("/grants/{grant_id}/restore").route(web::post().to(grants::actions::restore)))
        .service(at("/entitlements").route(get().to(entitlements::index)).route(web::post().to(entitlements::create)))
        .service(
            at("/entitlements/{id}")
                .route(get().to(entitlements::show))
                .route(web::patch().to(entitlements::update))
                .route(web::delete().to(entitlements::destroy)),
        )
        .service(at("/entitlements/{id}/grants").route(get().to(entitlements::grants::index)))
        .service(at("/entitlements/{id}/grants/{grant_id}").route(web::delete().to(entitlements::grants::destroy)))
        .service(
            at("/entitlements/{id}/files")
                .route(get().to(entitlements::files::index))
                .route(web::post().to(entitlements::files::create)),
        )
        .service(at("/entitlements/{id}/files/{file_id}").route(web::delete().to(entitlements::files::destroy)))
        .service(at("/entitlements/{id}/stock").route(get().to(stock::show)).route(web::post().to(stock::create)))
        .service(at("/refunds").route(web::post().to(refunds::create)))
        .service(at("/customers").route(get().to(customers::index)).route(web::post().to(customers::create)))
        .service(
            at("/customers/{customer_id}").route(get().to(customers::show)).route(web::patch().to(customers::update)),
        )
        .service(at("/customers/{customer_id}/entitlement-grants").route(get().to(customers::grants::index)))
        .service(at("/customers/{customer_id}/entitlements").route(get().to(customers::grants::entitlements)))
        .service(at("/products").route(get().to(products::index)).route(web::post().to(products::create)))
        .service(at("/products/{id}").route(get().to(products::show)))
        .service(at("/license_keys").route(get().to(license_keys::index)).route(web::post().to(license_keys::create)))
        .service(
            at("/license_keys/{id}").route(get().to(license_keys::show)).route(web::patch().to(license_keys::update)),
        )
        .service(at("/license_key_instances").route(get().to(license_keys::instances::index)))
        .service(
            at("/license_key_instances/{id}")
                .route(get().to(license_keys::instances::show))
                .route(web::patch().to(license_keys::instances::update)),
        )
        .service(at("/licenses/activate").route(web::post().to(licenses::activate)).wrap(from_fn(open_to_browsers)))
        .service(at("/licenses/validate").route(web::post().to(licenses::validate)).wrap(from_fn(open_to_browsers)))
        .service(at("/licenses/deactivate").route(web::post().to(licenses::deactivate)).wrap(from_fn(open_to_browsers)))
        .service(at("/webhooks").route(get().to(webhooks::index)).route(web::post().to(webhooks::create)))
        .service(
            at("/webhooks/{webhook_id}")
                .route(get().to(webhooks::show))
                .route(web::patch().to(webhooks::update))
                .route(web::delete().to(webhooks::destroy)),
        )
        .service(at("/webhooks/{webhook_id}/secret").route(get().to(webhooks::secret)))
        .service(at("/webhooks/{webhook_id}/rotate-secret").route(web::post().to(webhooks::rotate)))
        .service(at("/webhooks/{webhook_id}/test").route(web::post().to(webhooks::deliveries::test)))
        .service(at("/webhooks/{webhook_id}/deliveries").route(get().to(webhooks::deliveries::index)))
        .service(
            at("/webhooks/{webhook_id}/deliveries/{message_id}/resend")
                .route(web::post().to(webhooks::deliveries::resend)),
        )
        .default_service(web::to(|| async { Err::<HttpResponse, _>(ApiError::not_found("call")) }));
}

/// A path; methods without a handler are answered with 405.
fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|request: HttpRequest| async move { method_not_allowed(&request) }))
}

/// GET, and HEAD, which is GET without a body.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn method_not_allowed(request: &HttpRequest) -> HttpResponse {
    let pattern = request.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix(PREFIX).unwrap_or_default();
    let methods: Vec<&str> =
        CALLS.iter().filter(|(_, place, _)| *place == path).map(|(method, ..)| method.as_str()).collect();
    let sentence = format!("This path supports {}.", methods.join(", "));
    let mut response = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", sentence).error_response();
    if let Ok(value) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
