//! The `OpenAPI` document of the API as it is served.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{customers, entitlements, grants, license_keys, licenses, products, refunds, stock, webhooks};

/// Lists every call with its schemas; a test compares it with the table of routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keydesk",
        description = "Grants, license keys and their use. Compatible with the entitlement API of Dodo Payments."
    ),
    servers((url = "/api")),
    modifiers(&BearerToken, &OperationIds),
    security(("api_key" = [])),
    paths(
        grants::index,
        grants::create,
        grants::show,
        grants::files::create,
        grants::fulfill::create,
        grants::replace::create,
        grants::replace::undo,
        grants::link::create,
        grants::actions::resend,
        grants::actions::restore,
        refunds::create,
        entitlements::index,
        entitlements::create,
        entitlements::show,
        entitlements::update,
        entitlements::destroy,
        entitlements::files::index,
        entitlements::files::create,
        entitlements::files::destroy,
        entitlements::grants::index,
        entitlements::grants::destroy,
        stock::show,
        stock::create,
        stock::fulfill::create,
        customers::index,
        customers::create,
        customers::show,
        customers::update,
        customers::grants::index,
        customers::grants::entitlements,
        products::index,
        products::create,
        products::show,
        license_keys::index,
        license_keys::create,
        license_keys::show,
        license_keys::update,
        license_keys::instances::index,
        license_keys::instances::show,
        license_keys::instances::update,
        licenses::activate,
        licenses::validate,
        licenses::deactivate,
        webhooks::index,
        webhooks::create,
        webhooks::show,
        webhooks::update,
        webhooks::destroy,
        webhooks::secret,
        webhooks::rotate,
        webhooks::deliveries::index,
        webhooks::deliveries::test,
        webhooks::deliveries::resend,
    )
)]
struct Description;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("api_key", scheme);
    }
}

/// Names each operation by its method and path, because several modules have handlers named `index`.
struct OperationIds;

impl Modify for OperationIds {
    fn modify(&self, document: &mut Document) {
        for (path, item) in &mut document.paths.paths {
            let place = path.replace(['{', '}'], "").replace(['/', '-'], "_");
            let operations = [
                ("get", &mut item.get),
                ("post", &mut item.post),
                ("patch", &mut item.patch),
                ("delete", &mut item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    operation.operation_id = Some(format!("{method}{place}"));
                }
            }
        }
    }
}

/// Builds the document.
pub(crate) fn document() -> Document {
    Description::openapi()
}

/// Serves the document as JSON.
pub(crate) async fn show() -> HttpResponse {
    static JSON: OnceLock<String> = OnceLock::new();
    let json = JSON.get_or_init(|| document().to_json().unwrap_or_default());
    HttpResponse::Ok().content_type("application/json").body(json.as_str())
}
