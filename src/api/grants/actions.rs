//! Other actions on a grant: sending its e-mail again, and restoring it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::shown;
use crate::api::request::described::body;
use crate::api::request::values::{email, parsed};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::GrantId;
use crate::http::in_background;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_email};
use crate::usecases::grants::restore::{RestoreGrantError, restore_grant};
use crate::usecases::grants::revoke::Reason;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

body! {
    /// Where to send the e-mail.
    Resend {
        /// A corrected address, which also becomes the customer's; `null` leaves the address unchanged.
        #[schema(value_type = Option<String>, format = Email, max_length = 254)]
        email: Option<EmailAddress> = optional(email),
    }
}

/// Sends the e-mail with the key again.
#[utoipa::path(
    post, path = "/grants/{grant_id}/resend", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Option<Resend>,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "Nothing has been delivered yet, or the grant is revoked (`GRANT_NOT_DELIVERED`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn resend(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let grant_id: GrantId = path_id(&request, "grant_id", "grant")?;
    let email = body.parse(Resend::read)?.email;
    let idempotency_key = body.idempotency_key().map(str::to_owned);
    let command = ResendEmail { grant_id, email, moves: Moves::ToAnybody, idempotency_key, actor: caller.actor() };
    let grant = in_background(&ctx, move |ctx| {
        resend_email(ctx, &command)?;
        shown(ctx, &command.grant_id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

body! {
    /// Why the grant is restored.
    Restore {
        /// Default: `manual`.
        #[schema(value_type = Option<String>, max_length = 500)]
        reason: Option<Reason> = optional(|value| parsed(value, Reason::parse)),
    }
}

/// Restores a revoked grant to its previous state.
#[utoipa::path(
    post, path = "/grants/{grant_id}/restore", tag = "Grants",
    params(("grant_id" = String, Path)),
    request_body = Option<Restore>,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant is not revoked (`GRANT_NOT_REVOKED`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn restore(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let id: GrantId = path_id(&request, "grant_id", "grant")?;
    let given = body.parse(Restore::read)?.reason;
    let grant = in_background(&ctx, move |ctx| {
        let default = || Reason::parse("manual").map_err(|_| ApiError::internal("the reason is refused"));
        let reason = given.map_or_else(default, Ok)?;
        restore_grant(ctx, &id, &reason, &caller.actor())?;
        shown(ctx, &id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

impl From<ResendEmailError> for ApiError {
    fn from(error: ResendEmailError) -> Self {
        match error {
            ResendEmailError::GrantNotFound => Self::not_found("grant"),
            ResendEmailError::NothingToSend(status) => Self::conflict(
                "GRANT_NOT_DELIVERED",
                format!("This grant is {}; there is no e-mail to send again.", status.as_str()),
            ),
            ResendEmailError::AddressUnreachable => Self::field("email", super::UNREACHABLE),
            ResendEmailError::AddressForbidden => Self::address_forbidden(),
            ResendEmailError::Erased => Self::customer_erased(),
            ResendEmailError::AskFirst => StorageError::Conflict.into(),
            ResendEmailError::IdempotencyMismatch => IdempotencyMismatch.into(),
            ResendEmailError::Storage(error) => error.into(),
        }
    }
}

impl From<RestoreGrantError> for ApiError {
    fn from(error: RestoreGrantError) -> Self {
        match error {
            RestoreGrantError::GrantNotFound => Self::not_found("grant"),
            RestoreGrantError::NotRevoked => Self::conflict("GRANT_NOT_REVOKED", "This grant is not revoked."),
            RestoreGrantError::Mirrored => Self::conflict(
                "GRANT_MIRRORED",
                "This grant is mirrored from a connected account. Grant it again there; it is followed here.",
            ),
            RestoreGrantError::Erased => Self::customer_erased(),
            RestoreGrantError::Storage(error) => error.into(),
        }
    }
}
