//! The webhooks of an endpoint: the list, sending a test, and sending one again.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{WalkParams, endpoint_id, no_endpoint, walk, walk_from};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, Query, path_id};
use crate::domain::ids::MessageId;
use crate::domain::page::Cursor;
use crate::http::in_background;
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::usecases::webhooks::resend::resend_webhook_message;
use crate::usecases::webhooks::test::test_webhook_endpoint;
use crate::wire;

/// Lists an endpoint's webhooks, sent and waiting, newest first.
#[utoipa::path(
    get, path = "/webhooks/{webhook_id}/deliveries", tag = "Webhooks",
    params(("webhook_id" = String, Path), WalkParams),
    responses((status = 200, body = wire::Walk<wire::WebhookDelivery>), Refusals)
)]
pub(crate) async fn index(
    request: HttpRequest,
    _caller: Caller,
    query: Query,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let (from, limit) = walk_from(query)?;
    let page = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            webhooks::endpoints::find(conn, &id)?;
            webhooks::messages::of_endpoint(conn, &id, &from, limit)
        })
    });
    let page = page.await?.map_err(no_endpoint)?;
    let last = page.rows.last().map(|row| Cursor { at: row.created_at, id: row.id.to_string() });
    Ok(HttpResponse::Ok().json(walk::<_, wire::WebhookDelivery>(page, last)))
}

/// Sends a test event, `keydesk.test`.
#[utoipa::path(
    post, path = "/webhooks/{webhook_id}/test", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 202, body = wire::WebhookDelivery), Refusals)
)]
pub(crate) async fn test(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let message = in_background(&ctx, move |ctx| {
        let message_id = test_webhook_endpoint(ctx, &id, &caller.actor())?;
        ctx.db.read(|conn| webhooks::messages::find(conn, &message_id))
    });
    let message = message.await?.map_err(no_endpoint)?;
    Ok(HttpResponse::Accepted().json(wire::WebhookDelivery::from(message)))
}

/// Sends a webhook again under the same `webhook-id`, regardless of its outcome.
#[utoipa::path(
    post, path = "/webhooks/{webhook_id}/deliveries/{message_id}/resend", tag = "Webhooks",
    params(("webhook_id" = String, Path), ("message_id" = String, Path)),
    responses(
        (status = 202, body = wire::WebhookDelivery),
        (status = 409, description = "It is already being sent (`DELIVERY_IN_PROGRESS`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn resend(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let message_id: MessageId = path_id(&request, "message_id", "delivery")?;
    let message =
        in_background(&ctx, move |ctx| match resend_webhook_message(ctx, &id, &message_id, &caller.actor()) {
            Ok(true) => Ok(ctx.db.read(|conn| webhooks::messages::find(conn, &message_id))?),
            Ok(false) => Err(ApiError::conflict("DELIVERY_IN_PROGRESS", "This delivery is already being sent.")),
            Err(StorageError::NotFound) => Err(ApiError::not_found("delivery")),
            Err(error) => Err(error.into()),
        });
    Ok(HttpResponse::Accepted().json(wire::WebhookDelivery::from(message.await??)))
}
