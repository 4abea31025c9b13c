//! Every error that can end a call. Programs get a stable code, people a sentence; the cause is logged once, with the
//! request id.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use crate::http::background::WorkLost;
use crate::http::body::BodyError;
use crate::storage::StorageError;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::wire;
use crate::wire::FieldError;

/// An error response.
#[derive(Debug)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub errors: Vec<FieldError>,
    /// The number of seconds after which the same call may succeed.
    pub retry_after: Option<u64>,
    /// The cause, which is logged but not sent.
    cause: Option<String>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: Vec::new(), retry_after: None, cause: None }
    }

    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
    }

    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "This call requires the header Authorization: Bearer with a valid API key that is neither expired nor revoked.",
        )
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    /// `what` is used as in "There is no such grant."
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("There is no such {what}."))
    }

    /// For [`Result::map_err`]: 404 where there is no such `what`, as in [`Self::not_found`].
    pub fn not_found_or(what: &'static str) -> impl FnOnce(StorageError) -> Self {
        move |error| match error {
            StorageError::NotFound => Self::not_found(what),
            other => other.into(),
        }
    }

    pub fn empty_license_key() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "EMPTY_LICENSE_KEY", "The license key is empty.")
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// For installations where only admins see keys, so only admins may redirect them.
    pub fn address_forbidden() -> Self {
        Self::forbidden(
            "Only admins can see keys in this installation, so sending one to another address or changing a customer's address requires an API key with the role admin.",
        )
    }

    pub fn customer_erased() -> Self {
        Self::conflict("CUSTOMER_ERASED", "The personal data and keys of this customer were erased.")
    }

    /// The request is well-formed but cannot be carried out.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub fn validation(errors: Vec<FieldError>) -> Self {
        let message = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            _ => "Some fields are invalid; see errors.".to_owned(),
        };
        Self { errors, ..Self::unprocessable("VALIDATION_FAILED", message) }
    }

    /// An error in a single field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::validation(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    pub fn rate_limited(retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after.max(1)),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                "Too many calls; retry after the number of seconds in Retry-After.",
            )
        }
    }

    pub fn internal(cause: impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Something went wrong on our side.")
        }
    }

    fn unwritable(why: &str) -> Self {
        let message =
            format!("Nothing was changed: the database cannot be written, {why}. Try again once that is mended.");
        Self {
            retry_after: Some(60),
            cause: Some(why.to_owned()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "BUSY", message)
        }
    }

    fn busy(cause: String) -> Self {
        Self {
            retry_after: Some(2),
            cause: Some(cause),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "BUSY", "The database is busy; try again in a moment.")
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::not_found("object"),
            StorageError::NoLongerAllowed => Self::unauthorized(),
            StorageError::Busy(cause) => Self::busy(cause),
            StorageError::Unwritable(why) => Self::unwritable(why),
            // Transactions conflicted repeatedly; the caller has to retry.
            StorageError::Conflict => Self::busy("conflicting writes".to_owned()),
            other => Self::internal(other),
        }
    }
}

impl From<WorkLost> for ApiError {
    fn from(error: WorkLost) -> Self {
        Self::internal(error.0)
    }
}

impl From<IdempotencyMismatch> for ApiError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::unprocessable("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used before with different content.")
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "The body must not exceed 1 MiB.")
            }
            other => Self::invalid_request(format!("The request is invalid: {other}.")),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.code),
            None => f.write_str(self.code),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        } else if self.status == StatusCode::CONFLICT || self.status.is_server_error() {
            // The vendor's SDKs would retry these automatically, in vain.
            response.insert_header(("x-should-retry", "false"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        response.json(wire::Error { code: self.code, message: self.message.clone(), errors: self.errors.clone() })
    }
}
