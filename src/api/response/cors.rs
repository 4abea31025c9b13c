//! CORS: any web page may make the three calls that software makes, because they require no token.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// The headers that the vendor's SDKs send in addition to the CORS-safelisted ones.
const HEADERS: &str = "authorization, content-type, idempotency-key";

/// Answers preflight requests with 204, and makes other responses readable from any page.
pub(crate) async fn open_to_browsers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if *request.method() == Method::OPTIONS {
        let mut response = HttpResponse::NoContent();
        response.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        response.insert_header((ACCESS_CONTROL_ALLOW_METHODS, "POST"));
        response.insert_header((ACCESS_CONTROL_MAX_AGE, "7200"));
        // SDKs add headers of their own; all are allowed, because none is harmful.
        let wanted = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        response
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or_else(|| HeaderValue::from_static(HEADERS))));
        return Ok(request.into_response(response.finish()));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, x-request-id"));
    Ok(response)
}
