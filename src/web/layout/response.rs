//! Answers that handlers give.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

use crate::web::PageError;

/// Room for the longest usual page, so that it is written in one go.
const ROOM: usize = 64 * 1024;

/// A page.
pub fn html(status: StatusCode, template: &impl Template) -> Result<HttpResponse, PageError> {
    let mut body = String::with_capacity(ROOM);
    template.render_into(&mut body)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// On to another page with GET.
pub fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, url)).finish()
}
