//! Compresses complete pages in one piece. The streaming middleware compresses worse: it uses gzip's fastest level,
//! and a separate thread for each chunk.

use std::io::Write;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, Encoding, Header, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Shorter pages are not compressed.
const SHORTEST: usize = 1_024;

/// The middleware.
pub(crate) async fn compress_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let accepted = AcceptEncoding::parse(&request).ok();
    let takes_gzip = request.headers().contains_key(ACCEPT_ENCODING)
        && accepted.and_then(|accepted| accepted.negotiate([Encoding::gzip()].iter())) == Some(Encoding::gzip());
    let response = next.call(request).await?;
    Ok(response.map_body(|head, body| match body.try_into_bytes() {
        Ok(page) if takes_gzip && is_page(head) && page.len() >= SHORTEST => compressed(head, page),
        Ok(page) => BoxBody::new(page),
        Err(stream) => BoxBody::new(stream),
    }))
}

fn is_page(head: &ResponseHead) -> bool {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html")) && !head.headers.contains_key(CONTENT_ENCODING)
}

fn compressed(head: &mut ResponseHead, page: Bytes) -> BoxBody {
    let mut encoder = GzEncoder::new(Vec::with_capacity(page.len() / 6), Compression::new(6));
    let done = encoder.write_all(&page).and_then(|()| encoder.finish());
    let Ok(bytes) = done else { return BoxBody::new(page) };
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    BoxBody::new(bytes)
}
