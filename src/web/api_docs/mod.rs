//! The API reference: the `OpenAPI` document as a page.

pub(crate) mod view;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use self::view::{Shape, Tag, shapes, tags};
use super::{Nav, PageContext, PageError, SignedInStaff, html};
use crate::domain::staff::Role;
use crate::domain::webhook::EventType;
use crate::http::Site;
use crate::http::api_document::ApiDocument;
use crate::usecases::Context;

/// Error codes by HTTP status.
const CODES: [(&str, &str); 8] = [
    ("400", "INVALID_REQUEST, EMPTY_LICENSE_KEY, NOT_A_LICENSE_KEY_GRANT"),
    ("401", "UNAUTHORIZED"),
    ("403", "FORBIDDEN, INACTIVE_LICENSE_KEY"),
    ("404", "NOT_FOUND"),
    (
        "409",
        "GRANT_NOT_PENDING, DUPLICATE_LICENSE_KEY, GRANT_NOT_DELIVERED, GRANT_NOT_REVOKED, GRANT_REVOKED, DUPLICATE_CUSTOMER, DELIVERY_IN_PROGRESS, OUT_OF_STOCK",
    ),
    ("413", "TOO_LARGE"),
    ("422", "VALIDATION_FAILED, LICENSE_KEY_LIMIT_REACHED, IDEMPOTENCY_MISMATCH"),
    ("429, 503", "RATE_LIMITED, BUSY"),
];

#[derive(Template)]
#[template(path = "api_docs/show.html")]
struct ApiDocsPage {
    page: PageContext,
    base_url: String,
    tags: Vec<Tag>,
    shapes: Vec<Shape>,
}

impl ApiDocsPage {
    fn codes(&self) -> &'static [(&'static str, &'static str)] {
        &CODES
    }

    fn events(&self) -> Vec<&'static str> {
        EventType::ALL.iter().map(|event| event.as_str()).collect()
    }

    fn who(&self, role: Option<&Role>) -> String {
        match role {
            Some(role) => self.page.t1("api-docs-role", "role", self.page.role_name(role)),
            None => self.page.localizer.t("api-docs-anybody"),
        }
    }

    /// Whether the page describes an object with this name.
    fn has_shape(&self, name: &str) -> bool {
        self.shapes.iter().any(|shape| shape.name == name)
    }
}

/// Shows the page to anyone: the document contains no secrets.
pub(crate) async fn show(
    request: HttpRequest,
    ctx: Data<Context>,
    site: Data<Site>,
    source: Data<ApiDocument>,
) -> Result<HttpResponse, PageError> {
    let page = match SignedInStaff::load(&request).await?.filter(|staff| !staff.lacks_factor()) {
        Some(staff) => staff.page(Nav::None),
        None => PageContext::signed_out(&request, &ctx),
    };
    let base_url = site.origin.clone();
    let (tags, shapes) = (tags(&source, &base_url), shapes(&source));
    html(StatusCode::OK, &ApiDocsPage { page, base_url, tags, shapes })
}
