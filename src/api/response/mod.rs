//! Error responses shared by many calls, for the `OpenAPI` document.

pub(crate) mod cors;
pub(crate) mod error;

use utoipa::IntoResponses;

use crate::wire::Error;

/// The error responses of calls with a token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described, never made")]
pub(crate) enum Refusals {
    /// The request cannot be parsed (`INVALID_REQUEST`).
    #[response(status = 400)]
    Malformed(Error),
    /// The API key is missing, unknown, expired or revoked (`UNAUTHORIZED`).
    #[response(status = 401)]
    Unauthorized(Error),
    /// The API key's role does not permit this call (`FORBIDDEN`).
    #[response(status = 403)]
    Forbidden(Error),
    /// There is no such object (`NOT_FOUND`).
    #[response(status = 404)]
    NotFound(Error),
    /// The body is too large (`TOO_LARGE`).
    #[response(status = 413)]
    TooLarge(Error),
    /// Fields or parameters are invalid (`VALIDATION_FAILED`), or the idempotency key was used with different content
    /// (`IDEMPOTENCY_MISMATCH`).
    #[response(status = 422)]
    Unprocessable(Error),
    /// The database is busy; retry the call (`BUSY`).
    #[response(status = 503)]
    Busy(Error),
}

/// The error responses of calls without a token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described, never made")]
pub(crate) enum RuntimeRefusals {
    /// The request cannot be parsed (`INVALID_REQUEST`).
    #[response(status = 400)]
    Malformed(Error),
    /// The body is too large (`TOO_LARGE`).
    #[response(status = 413)]
    TooLarge(Error),
    /// Fields are invalid (`VALIDATION_FAILED`), the limit is reached (`LICENSE_KEY_LIMIT_REACHED`), or the
    /// idempotency key was used with different content (`IDEMPOTENCY_MISMATCH`).
    #[response(status = 422)]
    Unprocessable(Error),
    /// Too many calls from this address or with this key (`RATE_LIMITED`).
    #[response(status = 429)]
    TooMany(Error),
    /// The database is busy; retry the call (`BUSY`).
    #[response(status = 503)]
    Busy(Error),
}
