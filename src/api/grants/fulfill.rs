//! Fulfilling: a program supplies the key of a pending grant.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::ToSchema;

use super::shown;
use crate::api::request::values::{activations_limit, explain, future, text};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::actor::Actor;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::text::TextError;
use crate::http::in_background;
use crate::usecases::Context;
use crate::usecases::grants::fulfill::{FulfillGrant, FulfillGrantError, fulfill_grant};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

/// What fulfills a grant.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct FulfillLicenseKey {
    /// 1 to 4,096 characters, line feeds and tabs allowed.
    key: String,
    /// `null`: the entitlement's default.
    #[schema(minimum = 1)]
    activations_limit: Option<i32>,
    /// In the future. `null`: the entitlement's default duration from now.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Supplies the key of a pending grant: it is stored, mailed to the customer, and the grant is delivered.
#[utoipa::path(
    post, path = "/grants/{grant_id}/license-key", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FulfillLicenseKey,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant awaits no key, or the key was issued before (`GRANT_NOT_PENDING`, `DUPLICATE_LICENSE_KEY`).", body = wire::Error),
        Refusals
    )
)]
pub async fn create(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let command = fulfillment(id, &body, &ctx, caller.actor())?;
    let grant = in_background(&ctx, move |ctx| {
        let fulfilled = fulfill_grant(ctx, &command)?;
        let written = if fulfilled.is_replay { JustWritten::Nothing } else { JustWritten::Supplied(&command.key) };
        shown(ctx, &command.grant_id, &caller, written)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

fn fulfillment(grant_id: GrantId, body: &JsonBody, ctx: &Context, actor: Actor) -> Result<FulfillGrant, ApiError> {
    let now = ctx.clock.now();
    let mut fields = body.fields();
    let key = fields.required("key", text).map(LicenseKeyValue::parse);
    let activations_limit = fields.optional("activations_limit", activations_limit);
    let expires_at = fields.optional("expires_at", |value| future(value, now));
    if let Some(Err(error)) = key
        && error != TextError::Empty
    {
        fields.wrong("key", explain(error));
    }
    fields.finish()?;
    Ok(FulfillGrant {
        grant_id,
        key: key.and_then(Result::ok).ok_or_else(ApiError::empty_license_key)?,
        activations_limit,
        expires_at,
        customer_note: None,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor,
    })
}

impl From<FulfillGrantError> for ApiError {
    fn from(error: FulfillGrantError) -> Self {
        match error {
            FulfillGrantError::GrantNotFound => Self::not_found("grant"),
            FulfillGrantError::NotPending => Self::conflict(
                "GRANT_NOT_PENDING",
                "This grant is no longer pending, or it already has a key. GET it to see its state.",
            ),
            FulfillGrantError::NotManual => Self::conflict(
                "GRANT_NOT_PENDING",
                "This grant's entitlement makes its keys by itself; the grant awaits none.",
            ),
            FulfillGrantError::NotALicenseKey => Self::new(
                StatusCode::BAD_REQUEST,
                "NOT_A_LICENSE_KEY_GRANT",
                "This grant's integration delivers itself; it takes no license key.",
            ),
            FulfillGrantError::KeyAlreadyUsed(_) => {
                Self::conflict("DUPLICATE_LICENSE_KEY", "This license key was issued before.")
            }
            FulfillGrantError::IdempotencyMismatch => IdempotencyMismatch.into(),
            FulfillGrantError::Storage(error) => error.into(),
        }
    }
}
