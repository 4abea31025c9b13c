//! Delivering the files of a grant: a program says that its customer may have them.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::shown;
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::ids::GrantId;
use crate::http::in_background;
use crate::usecases::Context;
use crate::usecases::grants::deliver_files::{DeliverFiles, DeliverFilesError, deliver_files};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

/// Delivers the files of a pending grant (Keydesk extension): e-mails the customer a link to their page, and marks the
/// grant as delivered. The body is empty, or an empty object.
#[utoipa::path(
    post, path = "/grants/{grant_id}/files", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant does not wait for its files (`GRANT_NOT_PENDING`), or there are none (`NO_FILES`).", body = wire::Error),
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
    let command = DeliverFiles {
        grant_id,
        customer_note: None,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor: caller.actor(),
    };
    let grant = in_background(&ctx, move |ctx| {
        deliver_files(ctx, &command)?;
        shown(ctx, &command.grant_id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

impl From<DeliverFilesError> for ApiError {
    fn from(error: DeliverFilesError) -> Self {
        match error {
            DeliverFilesError::GrantNotFound => Self::not_found("grant"),
            DeliverFilesError::NotFiles => {
                Self::new(StatusCode::BAD_REQUEST, "NOT_A_FILES_GRANT", "This grant's integration does not use files.")
            }
            DeliverFilesError::NotPending => {
                Self::conflict("GRANT_NOT_PENDING", "This grant is no longer pending. GET it to see its state.")
            }
            DeliverFilesError::NoFiles => {
                Self::conflict("NO_FILES", "The entitlement carries no files. POST them to /entitlements/{id}/files.")
            }
            DeliverFilesError::IdempotencyMismatch | DeliverFilesError::Undone => IdempotencyMismatch.into(),
            DeliverFilesError::Storage(error) => error.into(),
        }
    }
}
