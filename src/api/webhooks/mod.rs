//! Webhook endpoints: creating, changing and deleting them, and their secrets.

pub(crate) mod deliveries;
pub(crate) mod fields;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use self::fields::{NewWebhook, WebhookChange, check_url};
use super::request::described::params;
use super::response::Refusals;
use super::{ApiError, Caller, JsonBody, Query, path_id};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::http::in_background;
use crate::storage::{StorageError, webhooks};
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::webhooks::create::create_webhook_endpoint;
use crate::usecases::webhooks::create::{CreateWebhookEndpoint, CreateWebhookEndpointError};
use crate::usecases::webhooks::delete::delete_webhook_endpoint;
use crate::usecases::webhooks::secret::{reveal_webhook_secret, rotate_webhook_secret};
use crate::usecases::webhooks::update::{WebhookEndpointChange, update_webhook_endpoint};
use crate::wire;
use crate::wire::text::time;

params! {
    /// The page of a list.
    WalkParams {
        /// Default: 50.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
        limit: usize = ("a whole number from 1 to 100", |text| {
            text.parse().ok().filter(|limit| (1..=100).contains(limit))
        }),
        /// The `iterator` of the previous page.
        #[param(value_type = Option<String>)]
        iterator: Cursor = ("the iterator of the previous page", Cursor::decode),
    }
}

/// Lists all endpoints, newest first.
#[utoipa::path(
    get, path = "/webhooks", tag = "Webhooks",
    params(WalkParams),
    responses((status = 200, body = wire::Walk<wire::Webhook>), Refusals)
)]
pub(crate) async fn index(_caller: Caller, query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let (from, limit) = walk_from(query)?;
    let page = in_background(&ctx, move |ctx| ctx.db.read(|conn| webhooks::endpoints::list(conn, &from, limit)));
    let page = page.await??;
    let last = page.rows.last().map(|row| Cursor { at: row.created_at, id: row.id.to_string() });
    Ok(HttpResponse::Ok().json(walk::<_, wire::Webhook>(page, last)))
}

/// Creates an endpoint. A separate call returns its secret.
#[utoipa::path(
    post, path = "/webhooks", tag = "Webhooks",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewWebhook,
    responses((status = 201, body = wire::Webhook), Refusals)
)]
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let new = body.parse(NewWebhook::read)?;
    let actor = caller.actor();
    let idempotency_key = body.once(&ctx, actor.id());
    let made = in_background(&ctx, move |ctx| {
        let command = CreateWebhookEndpoint {
            url: check_url(ctx, &new.url)?,
            description: new.description.unwrap_or_default(),
            filter_types: new.filter_types.flatten(),
            metadata: new.metadata.unwrap_or_else(|| "{}".to_owned()),
            is_disabled: new.disabled.unwrap_or(false),
            idempotency_key,
            actor,
        };
        let id = create_webhook_endpoint(ctx, &command)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// Returns an endpoint.
#[utoipa::path(
    get, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 200, body = wire::Webhook), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let endpoint = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(endpoint.await??))
}

/// Changes an endpoint. Enabling it again sends its waiting webhooks.
#[utoipa::path(
    patch, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    request_body = WebhookChange,
    responses((status = 200, body = wire::Webhook), Refusals)
)]
pub(crate) async fn update(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let given = body.parse(WebhookChange::read)?;
    let endpoint = in_background(&ctx, move |ctx| {
        let change = WebhookEndpointChange {
            url: given.url.as_deref().map(|url| check_url(ctx, url)).transpose()?,
            description: given.description.or_cleared(String::new()),
            filter_types: given.filter_types.or_cleared(None),
            metadata: given.metadata.or_cleared("{}".to_owned()),
            is_disabled: given.disabled,
        };
        update_webhook_endpoint(ctx, &id, |_| Ok(change), &caller.actor()).map_err(no_endpoint)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Ok().json(endpoint.await??))
}

/// Deletes an endpoint and cancels its waiting webhooks.
#[utoipa::path(
    delete, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 204, description = "The endpoint was deleted."), Refusals)
)]
pub(crate) async fn destroy(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let deleted = in_background(&ctx, move |ctx| delete_webhook_endpoint(ctx, &id, &caller.actor()));
    deleted.await?.map_err(no_endpoint)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Returns the secret that signs the endpoint's webhooks. Reading it is recorded in the audit log.
#[utoipa::path(
    get, path = "/webhooks/{webhook_id}/secret", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 200, body = wire::WebhookSecret), Refusals)
)]
pub(crate) async fn secret(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let secret = in_background(&ctx, move |ctx| reveal_webhook_secret(ctx, &id, &caller.actor()));
    Ok(HttpResponse::Ok().json(wire::WebhookSecret { secret: secret.await?.map_err(no_endpoint)? }))
}

/// Replaces the secret. For 24 hours, each webhook is signed with the old one as well.
#[utoipa::path(
    post, path = "/webhooks/{webhook_id}/rotate-secret", tag = "Webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 200, body = wire::RotatedSecret), Refusals)
)]
pub(crate) async fn rotate(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = endpoint_id(&request)?;
    let rotated = in_background(&ctx, move |ctx| {
        let until = rotate_webhook_secret(ctx, &id, &caller.actor())?;
        let secret = reveal_webhook_secret(ctx, &id, &caller.actor())?;
        Ok::<_, StorageError>(wire::RotatedSecret { secret, old_secret_until: time(until) })
    });
    Ok(HttpResponse::Ok().json(rotated.await?.map_err(no_endpoint)?))
}

pub(super) fn endpoint_id(request: &HttpRequest) -> Result<WebhookEndpointId, ApiError> {
    path_id(request, "webhook_id", "webhook")
}

pub(super) fn no_endpoint(error: StorageError) -> ApiError {
    ApiError::not_found_or("webhook")(error)
}

fn found(ctx: &Context, id: &WebhookEndpointId) -> Result<wire::Webhook, ApiError> {
    Ok(ctx.db.read(|conn| webhooks::endpoints::find(conn, id)).map_err(no_endpoint)?.into())
}

/// The start and the size of a page.
pub(super) fn walk_from(mut query: Query) -> Result<(PageStart<Cursor>, usize), ApiError> {
    let WalkParams { limit, iterator } = WalkParams::read(&mut query);
    query.finish()?;
    Ok((iterator.map_or(PageStart::Start, PageStart::After), limit.unwrap_or(50)))
}

/// Converts a page to its wire form.
pub(super) fn walk<T, W: utoipa::ToSchema + std::convert::From<T>>(
    page: Page<T>,
    last: Option<Cursor>,
) -> wire::Walk<W> {
    let iterator = if page.has_next { last.map(|cursor| cursor.encode()) } else { None };
    wire::Walk { done: iterator.is_none(), iterator, data: page.rows.into_iter().map(W::from).collect() }
}

impl std::convert::From<CreateWebhookEndpointError> for ApiError {
    fn from(error: CreateWebhookEndpointError) -> Self {
        match error {
            CreateWebhookEndpointError::IdempotencyMismatch => IdempotencyMismatch.into(),
            CreateWebhookEndpointError::Storage(error) => error.into(),
        }
    }
}
