//! Every error that can end a request. The person sees a sentence, a way back and a request id; the cause is logged
//! once.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use jiff::SignedDuration;

use crate::domain::staff::Role;
use crate::domain::wait;
use crate::http::background::WorkLost;
use crate::http::body::{BodyError, Fields};
use crate::http::{Site, csrf};
use crate::storage::StorageError;
use crate::usecases::auth::throttle::Throttled;

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum PageError {
    NotFound,
    /// The person's role is not sufficient.
    Forbidden {
        needs: Role,
    },
    /// The person was disabled or has got another role since the request began; nothing was changed.
    NoLongerAllowed,
    /// The person signed in with a password alone, but a second factor is required: redirects to setting one up.
    FactorDemanded,
    /// The request does not come from one of our pages.
    Forged,
    /// The request comes from a page at another address than the portal's.
    WrongAddress {
        opened: String,
        expected: String,
    },
    /// The form has the token of another session, such as an older one of the same person; it is shown again.
    StaleForm(Fields),
    Body(BodyError),
    MethodNotAllowed,
    /// Something else has changed in the meantime; the message is a locale key.
    Conflict {
        sentence: &'static str,
    },
    /// The form cannot be processed; the message is a locale key.
    Unprocessable {
        sentence: &'static str,
    },
    TooManyRequests {
        retry_after: SignedDuration,
    },
    /// Nobody is signed in: redirects to the sign-in page, and from there to `next`.
    SignedOut {
        next: String,
    },
    /// Everyone signs in with the identity provider.
    PasswordsOff,
    /// The identity provider is slow, or too many people are signing in with it at once.
    ProviderBusy,
    /// The database is busy or unreachable.
    Unavailable(String),
    /// The database takes no changes, for this reason.
    Unwritable(&'static str),
    Internal(String),
}

impl PageError {
    /// An internal error; the cause is logged.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// The error for a request from a page at another address than the portal's; `None` if it is none.
    pub fn of_wrong_address(request: &HttpRequest) -> Option<Self> {
        let site = request.app_data::<Data<Site>>()?;
        let opened = csrf::other_origin(request.headers(), site)?;
        Some(Self::WrongAddress { opened, expected: site.origin.clone() })
    }

    /// Like [`Self::of_wrong_address`], if browsers keep none of the portal's cookies there, because they are for https.
    pub fn of_lost_cookies(request: &HttpRequest) -> Option<Self> {
        let is_https = request.app_data::<Data<Site>>().is_some_and(|site| site.is_https);
        let error = Self::of_wrong_address(request).filter(|_| is_https)?;
        matches!(&error, Self::WrongAddress { opened, .. } if opened.starts_with("http://")).then_some(error)
    }

    /// The fields of a form with the token of another session.
    pub fn stale_form(&self) -> Option<&Fields> {
        if let Self::StaleForm(fields) = self { Some(fields) } else { None }
    }

    /// The request contains something that cannot be parsed.
    pub fn malformed() -> Self {
        Self::Body(BodyError::Malformed)
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such page"),
            Self::Forbidden { needs } => write!(f, "needs the role {}", needs.as_str()),
            Self::NoLongerAllowed => f.write_str("the person's standing changed meanwhile"),
            Self::FactorDemanded => f.write_str("a second factor is demanded"),
            Self::Forged => f.write_str("the request may be forged"),
            Self::WrongAddress { opened, expected } => {
                write!(f, "the request comes from {opened}, but KEYDESK_BASE_URL is {expected}")
            }
            Self::StaleForm(_) => f.write_str("the form is of another session"),
            Self::Body(error) => error.fmt(f),
            Self::MethodNotAllowed => f.write_str("no such method here"),
            Self::Conflict { sentence } | Self::Unprocessable { sentence } => f.write_str(sentence),
            Self::TooManyRequests { .. } => f.write_str("too many requests"),
            Self::SignedOut { .. } => f.write_str("nobody is signed in"),
            Self::PasswordsOff => f.write_str("passwords are turned off"),
            Self::ProviderBusy => f.write_str("the identity provider is slow or busy"),
            Self::Unavailable(cause) | Self::Internal(cause) => f.write_str(cause),
            Self::Unwritable(why) => write!(f, "the database cannot be written: {why}"),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. }
            | Self::NoLongerAllowed
            | Self::Forged
            | Self::WrongAddress { .. }
            | Self::StaleForm(_)
            | Self::PasswordsOff => StatusCode::FORBIDDEN,
            Self::Body(BodyError::NotAForm) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Body(BodyError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Unprocessable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::SignedOut { .. } | Self::FactorDemanded => StatusCode::SEE_OTHER,
            Self::Unavailable(_) | Self::Unwritable(_) | Self::ProviderBusy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The plain response; `error_pages` turns it into a page.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::SignedOut { next } => {
                response.insert_header((LOCATION, crate::web::urls::login(next)));
            }
            Self::FactorDemanded => {
                response.insert_header((LOCATION, crate::web::urls::SECOND_FACTOR));
            }
            Self::TooManyRequests { retry_after } => {
                response.insert_header((RETRY_AFTER, wait::seconds(*retry_after).to_string()));
            }
            Self::Unavailable(_) | Self::Unwritable(_) | Self::ProviderBusy => {
                response.insert_header((RETRY_AFTER, "5"));
            }
            _ => {}
        }
        response.finish()
    }
}

impl From<WorkLost> for PageError {
    fn from(error: WorkLost) -> Self {
        Self::Internal(error.0)
    }
}

impl From<Throttled> for PageError {
    fn from(error: Throttled) -> Self {
        match error {
            Throttled::TooManyAttempts { retry_after } => Self::TooManyRequests { retry_after },
            Throttled::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for PageError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            StorageError::NoLongerAllowed => Self::NoLongerAllowed,
            StorageError::Busy(cause) => Self::Unavailable(cause),
            StorageError::Unwritable(why) => Self::Unwritable(why),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<BodyError> for PageError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("a page could not be rendered: {error}"))
    }
}
