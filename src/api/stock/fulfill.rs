//! Fulfilling a grant from stock.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use crate::api::grants::shown;
use crate::api::request::described::body;
use crate::api::request::values::{activations_limit, future};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::ids::GrantId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::http::in_background;
use crate::usecases::Context;
use crate::usecases::grants::fulfill::{FulfillGrant, KeyChoice, fulfill_and_read};
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

body! {
    /// The limits of the key.
    FulfillFromStock(now: Timestamp) {
        /// `null` for the entitlement's default.
        #[schema(value_type = Option<i32>, minimum = 1)]
        activations_limit: Option<ActivationsLimit> = optional(activations_limit),
        /// Must be in the future. `null` for the entitlement's default validity period from now.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Option<Timestamp> = optional(|value| future(value, now)),
    }
}

/// Fulfills a pending grant with the next key from stock (Keydesk extension): e-mails it to the customer, and marks the
/// grant as delivered. With an empty stock the grant stays pending.
#[utoipa::path(
    post, path = "/grants/{grant_id}/fulfill-from-stock", tag = "Stock",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Option<FulfillFromStock>,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant does not wait for a key, or there is none in stock (`GRANT_NOT_PENDING`, `OUT_OF_STOCK`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn create(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let grant_id: GrantId = path_id(&request, "grant_id", "grant")?;
    let limits = body.parse(|fields| FulfillFromStock::read(fields, ctx.clock.now()))?;
    let command = FulfillGrant {
        grant_id,
        key: KeyChoice::FromStock,
        activations_limit: limits.activations_limit,
        expires_at: limits.expires_at,
        expires_zone: None,
        customer_note: None,
        is_confirmed: true,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor: caller.actor(),
    };
    let grant = in_background(&ctx, move |ctx| {
        let fulfilled = fulfill_and_read(ctx, &command)?;
        shown(ctx, &command.grant_id, &caller, JustWritten::Recorded(fulfilled.license_key_id.as_slice()))
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}
