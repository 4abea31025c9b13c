//! Where connected services send their webhooks. Programs call it: no session and no form; the signature decides, and
//! all that it does not cover gets the same answer.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::in_background;
use crate::domain::ids::ConnectionId;
use crate::http::body::{BodyError, read_bytes};
use crate::shops::hooks::Sent;
use crate::usecases::Context;
use crate::usecases::connections::receive_hook::{ReceiveHook, ReceiveHookError, receive_hook};

/// The pattern of the path.
pub(crate) const PATH: &str = "/hooks/{id}";

/// Takes a webhook: 200 once it is stored, also for a repeat.
pub(crate) async fn create(request: HttpRequest, payload: Payload, ctx: Data<Context>) -> HttpResponse {
    let body = match read_bytes(payload.into_inner()).await {
        Ok(body) => body.to_vec(),
        Err(BodyError::TooLarge) => {
            return answer(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "The body is too large.");
        }
        Err(_) => return answer(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "The body could not be read."),
    };
    let Ok(connection_id) = ConnectionId::parse(request.match_info().get("id").unwrap_or_default()) else {
        return refused();
    };
    let hook = ReceiveHook { connection_id, sent: Sent { headers: headers(&request), body } };
    match in_background(&ctx, move |ctx| receive_hook(ctx, &hook)).await {
        Ok(Ok(_)) => HttpResponse::Ok().json(json!({})),
        Ok(Err(ReceiveHookError::NotSigned)) => refused(),
        Ok(Err(ReceiveHookError::Storage(error))) => busy(&error),
        Err(error) => busy(&error),
    }
}

/// All headers that are text. Of two with the same name the first counts.
fn headers(request: &HttpRequest) -> Vec<(String, String)> {
    let text =
        |(name, value): (&HeaderName, &HeaderValue)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()));
    request.headers().iter().filter_map(text).collect()
}

fn refused() -> HttpResponse {
    answer(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "There is no such connection, or the signature is not valid.")
}

fn busy(error: &impl std::fmt::Display) -> HttpResponse {
    tracing::error!(%error, "a webhook could not be stored");
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, "BUSY", "It could not be stored. Send it again.");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn answer(status: StatusCode, code: &str, message: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({"code": code, "message": message}))
}
