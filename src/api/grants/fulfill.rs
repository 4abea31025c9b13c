//! Fulfilling a grant: a program supplies the key of a pending grant.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use super::shown;
use crate::api::request::described::body;
use crate::api::request::values::{activations_limit, future, license_key};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::actor::Actor;
use crate::domain::grant::DeliverError;
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::http::in_background;
use crate::i18n::{Localizer, link_error};
use crate::usecases::Context;
use crate::usecases::grants::fulfill::{FulfillGrant, FulfillGrantError, KeyChoice, fulfill_grant};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

body! {
    /// The key and its limits.
    FulfillLicenseKey(now: Timestamp) {
        /// 1 to 65,536 characters; line feeds and tabs are allowed, invisible characters are cut at the ends and rejected
        /// inside.
        #[schema(value_type = String)]
        key: Option<LicenseKeyValue> = required(license_key),
        /// `null` for the entitlement's default.
        #[schema(value_type = Option<i32>, minimum = 1)]
        activations_limit: Option<ActivationsLimit> = optional(activations_limit),
        /// Must be in the future. `null` for the entitlement's default validity period from now.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Option<Timestamp> = optional(|value| future(value, now)),
    }
}

/// Supplies the key of a pending grant: stores it, e-mails it to the customer, and marks the grant as delivered.
#[utoipa::path(
    post, path = "/grants/{grant_id}/license-key", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FulfillLicenseKey,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant does not wait for a key, or the key was issued before (`GRANT_NOT_PENDING`, `DUPLICATE_LICENSE_KEY`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn create(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let command = fulfillment(id, &body, &ctx, caller.actor())?;
    let grant = in_background(&ctx, move |ctx| {
        let fulfilled = fulfill_grant(ctx, &command)?;
        let written = match command.key.typed() {
            Some(key) if !fulfilled.is_replay => JustWritten::Supplied(key),
            _ => JustWritten::Nothing,
        };
        let grant = shown(ctx, &command.grant_id, &caller, written)?;
        Ok::<_, ApiError>(wire::Grant { warnings: wire::KeyWarning::of(&fulfilled.warnings), ..grant })
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

fn fulfillment(grant_id: GrantId, body: &JsonBody, ctx: &Context, actor: Actor) -> Result<FulfillGrant, ApiError> {
    let fulfillment = body.parse(|fields| FulfillLicenseKey::read(fields, ctx.clock.now()))?;
    Ok(FulfillGrant {
        grant_id,
        key: KeyChoice::Typed(fulfillment.key.ok_or_else(ApiError::empty_license_key)?),
        activations_limit: fulfillment.activations_limit,
        expires_at: fulfillment.expires_at,
        expires_zone: None,
        customer_note: None,
        // Warnings are part of the response.
        is_confirmed: true,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor,
    })
}

/// What a grant takes instead of what was supplied.
pub(crate) fn takes(delivers: Delivers) -> &'static str {
    match delivers {
        Delivers::Key => "This grant takes a license key: POST /grants/{grant_id}/license-key.",
        Delivers::Link { .. } => "This grant takes a link to its platform: POST /grants/{grant_id}/link.",
        Delivers::Files => "This grant delivers files: POST /grants/{grant_id}/files.",
        Delivers::Feature => "This grant's feature is switched on by itself.",
    }
}

impl From<FulfillGrantError> for ApiError {
    fn from(error: FulfillGrantError) -> Self {
        match error {
            FulfillGrantError::GrantNotFound => Self::not_found("grant"),
            FulfillGrantError::Refused(DeliverError::NotPending) => Self::conflict(
                "GRANT_NOT_PENDING",
                "This grant is no longer pending, or it already has a key. GET it to see its state.",
            ),
            FulfillGrantError::Refused(DeliverError::NotManual) => Self::conflict(
                "GRANT_NOT_PENDING",
                "This grant's entitlement generates its keys automatically; the grant does not wait for one.",
            ),
            FulfillGrantError::Refused(DeliverError::Takes(delivers)) => {
                Self::new(StatusCode::BAD_REQUEST, "NOT_A_LICENSE_KEY_GRANT", takes(delivers))
            }
            FulfillGrantError::NotALink(why) => Self::field("url", link_error(&Localizer::for_programs(), why)),
            // Who may not look keys up is told no more than this.
            FulfillGrantError::KeyAlreadyUsed(_) | FulfillGrantError::KeyInStock => {
                Self::conflict("DUPLICATE_LICENSE_KEY", "This license key was issued before, or lies in stock.")
            }
            FulfillGrantError::OutOfStock => Self::conflict(
                "OUT_OF_STOCK",
                "The entitlement has no key in stock. Add keys to its stock, or supply one with POST /grants/{grant_id}/license-key.",
            ),
            FulfillGrantError::Unconfirmed => Self::internal("a key that was confirmed is not"),
            FulfillGrantError::IdempotencyMismatch | FulfillGrantError::Undone => IdempotencyMismatch.into(),
            FulfillGrantError::Storage(error) => error.into(),
        }
    }
}
