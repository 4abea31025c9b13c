//! The refusals that many calls share, for the document.

pub mod cors;
pub mod error;

use utoipa::IntoResponses;

use crate::wire::Error;

/// What every call with a token may answer.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only described")]
pub enum Refusals {
    /// The request cannot be read (`INVALID_REQUEST`).
    #[response(status = 400)]
    Malformed(Error),
    /// No API key, or one that is unknown, expired or revoked (`UNAUTHORIZED`).
    #[response(status = 401)]
    Unauthorized(Error),
    /// The API key's role does not reach this call (`FORBIDDEN`).
    #[response(status = 403)]
    Forbidden(Error),
    /// There is no such object (`NOT_FOUND`).
    #[response(status = 404)]
    NotFound(Error),
    /// The body is too large (`TOO_LARGE`).
    #[response(status = 413)]
    TooLarge(Error),
    /// Fields or parameters cannot be taken (`VALIDATION_FAILED`, `IDEMPOTENCY_MISMATCH`).
    #[response(status = 422)]
    Unprocessable(Error),
    /// The database is busy; the call may be made again (`BUSY`).
    #[response(status = 503)]
    Busy(Error),
}

/// What the calls without a token may answer.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only described")]
pub enum RuntimeRefusals {
    /// The request cannot be read (`INVALID_REQUEST`).
    #[response(status = 400)]
    Malformed(Error),
    /// The body is too large (`TOO_LARGE`).
    #[response(status = 413)]
    TooLarge(Error),
    /// Fields cannot be taken, or the limit is reached (`VALIDATION_FAILED`, `LICENSE_KEY_LIMIT_REACHED`, `IDEMPOTENCY_MISMATCH`).
    #[response(status = 422)]
    Unprocessable(Error),
    /// Too many calls from this address or of this key (`RATE_LIMITED`).
    #[response(status = 429)]
    TooMany(Error),
    /// The database is busy; the call may be made again (`BUSY`).
    #[response(status = 503)]
    Busy(Error),
}
