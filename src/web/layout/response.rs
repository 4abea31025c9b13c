//! Responses for handlers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

use crate::web::PageError;

/// The initial buffer size in bytes: enough for most pages, to avoid reallocation.
const ROOM: usize = 64 * 1024;

/// Renders a page.
pub fn html(status: StatusCode, template: &impl Template) -> Result<HttpResponse, PageError> {
    let mut body = String::with_capacity(ROOM);
    template.render_into(&mut body)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// Redirects to another page with GET (303).
pub fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, url)).finish()
}
