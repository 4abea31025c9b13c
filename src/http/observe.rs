//! The outermost middleware: assigns the request id, determines the client address, sets security headers, counts and
//! logs. The query string is never logged, because a search may contain a complete key.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use tracing::Instrument;
use uuid::Uuid;

use super::metrics::Metrics;
use super::proxies::Proxies;
use super::session_store::with_person;
use super::{Site, address, headers};
use crate::usecases::Context;

/// Facts about a request, known before it is processed.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestFacts {
    pub request_id: String,
    /// The client's address.
    pub address: Option<String>,
}

impl RequestFacts {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }
}

/// The middleware.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let facts = facts_of(&request);
    look_for_proxies(&request);
    let method = request.method().to_string();
    let path = request.path().to_owned();
    let is_https = request.app_data::<Data<Site>>().is_some_and(|site| site.is_https);
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    request.extensions_mut().insert(facts.clone());

    let span = tracing::info_span!("request", request_id = %facts.request_id, staff_id = tracing::field::Empty);
    let answered = with_person(&path, next.call(request)).instrument(span.clone()).await;

    let _entered = span.enter();
    let (status, route) = match &answered {
        Ok(response) => (response.status().as_u16(), response.request().match_pattern()),
        Err(error) => (error.as_response_error().status_code().as_u16(), None),
    };
    let took = started.elapsed();
    if let Some(metrics) = metrics {
        metrics.record(&method, route, status, took);
    }
    tracing::info!(
        method,
        path,
        status,
        address = facts.address.as_deref().unwrap_or("-"),
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    match answered {
        Ok(mut response) => {
            finish(response.headers_mut(), is_https, &facts.request_id);
            Ok(response)
        }
        Err(error) => {
            tracing::error!(%error, "a request failed outside of any page");
            let mut response = HttpResponse::InternalServerError();
            if status == 503 {
                response = HttpResponse::ServiceUnavailable();
                response.insert_header((RETRY_AFTER, "5"));
            }
            let mut response = response
                .content_type("text/plain; charset=utf-8")
                .body(format!("Something went wrong on our side. Request {}\n", facts.request_id));
            finish(response.headers_mut(), is_https, &facts.request_id);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn facts_of(request: &ServiceRequest) -> RequestFacts {
    let trusted = request.app_data::<Data<Context>>().map_or(&[][..], |ctx| ctx.config.trusted_proxies.as_slice());
    let peer = request.peer_addr().map(|socket| socket.ip());
    let address = address::client_address(peer, request.headers(), trusted);
    RequestFacts {
        request_id: Uuid::now_v7().simple().to_string(),
        address: address.map(|address| address.to_string()),
    }
}

/// Notices a proxy in front that the settings do not know.
fn look_for_proxies(request: &ServiceRequest) {
    let (Some(proxies), Some(ctx)) = (request.app_data::<Data<Proxies>>(), request.app_data::<Data<Context>>()) else {
        return;
    };
    let is_https = request.app_data::<Data<Site>>().is_some_and(|site| site.is_https);
    if let Some(peer) = request.peer_addr() {
        let trusted = &ctx.config.trusted_proxies;
        proxies.look(peer.ip(), request.headers(), trusted, is_https, ctx.clock.now());
    }
}

fn finish(headers: &mut HeaderMap, is_https: bool, request_id: &str) {
    headers::protect(headers, is_https);
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
