//! Delivering a link: a program supplies the link of a pending grant of a platform, such as an invitation.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use super::fulfill::takes;
use super::shown;
use crate::api::request::described::body;
use crate::api::request::values::{future, link};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::grant::DeliverError;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyValue;
use crate::http::in_background;
use crate::usecases::Context;
use crate::usecases::grants::fulfill::{FulfillGrant, FulfillGrantError, KeyChoice, fulfill_grant};
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

body! {
    /// The link and its end.
    DeliverLink(now: Timestamp) {
        /// At most 2,048 characters: https, to the platform of the grant, such as `https://discord.gg/aB3dE5`.
        #[schema(value_type = String, max_length = 2048)]
        url: LicenseKeyValue = required(link),
        /// Must be in the future. `null` for the entitlement's default validity period from now.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Option<Timestamp> = optional(|value| future(value, now)),
    }
}

/// Supplies the link of a pending grant of a platform (Keydesk extension): stores it, e-mails it to the customer, and marks
/// the grant as delivered.
#[utoipa::path(
    post, path = "/grants/{grant_id}/link", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = DeliverLink,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant does not wait for a link, or the link was issued before (`GRANT_NOT_PENDING`, `DUPLICATE_LINK`).", body = wire::Error),
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
    let sent = body.parse(|fields| DeliverLink::read(fields, ctx.clock.now()))?;
    let command = FulfillGrant {
        grant_id,
        key: KeyChoice::Link(sent.url),
        activations_limit: None,
        expires_at: sent.expires_at,
        expires_zone: None,
        customer_note: None,
        is_confirmed: true,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor: caller.actor(),
    };
    let grant = in_background(&ctx, move |ctx| {
        let fulfilled = fulfill_grant(ctx, &command).map_err(refused)?;
        let written = match command.key.typed() {
            Some(link) if !fulfilled.is_replay => JustWritten::Supplied(link),
            _ => JustWritten::Nothing,
        };
        shown(ctx, &command.grant_id, &caller, written)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

fn refused(error: FulfillGrantError) -> ApiError {
    match error {
        FulfillGrantError::Refused(DeliverError::Takes(delivers)) => {
            ApiError::new(StatusCode::BAD_REQUEST, "NOT_A_LINK_GRANT", takes(delivers))
        }
        // Who may not look links up is told no more than this.
        FulfillGrantError::KeyAlreadyUsed(_) | FulfillGrantError::KeyInStock => {
            ApiError::conflict("DUPLICATE_LINK", "This link was issued before, or lies in stock.")
        }
        other => other.into(),
    }
}
