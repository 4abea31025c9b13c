//! The `{id}` in a path, as a checked id.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use crate::domain::ids::{
    ApiKeyId, BatchId, BulkRunId, ConnectionId, CustomerId, EntitlementId, FileId, GrantId, IdError, LicenseKeyId,
    LicenseKeyInstanceId, MessageId, NoteId, PasskeyId, ProductId, SaleImportId, SavedViewId, SessionId, StaffId,
    StockUploadId, WebhookEndpointId,
};

/// The `{id}` of the path.
#[derive(Debug, Clone)]
pub struct Id<T>(pub T);

impl<T> Deref for Id<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The text cannot be an id, so there is no such page.
#[derive(Debug)]
pub struct UnknownId;

impl std::fmt::Display for UnknownId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no such id")
    }
}

impl ResponseError for UnknownId {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::NotFound().finish()
    }

    fn status_code(&self) -> actix_web::http::StatusCode {
        actix_web::http::StatusCode::NOT_FOUND
    }
}

/// Ids that can appear in paths.
pub trait PathId: Sized {
    fn parse_path(text: &str) -> Result<Self, IdError>;
}

macro_rules! path_ids {
    ($($name:ident),*) => {$(
        impl PathId for $name {
            fn parse_path(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    )*};
}

path_ids!(
    GrantId,
    EntitlementId,
    MessageId,
    CustomerId,
    ProductId,
    LicenseKeyId,
    LicenseKeyInstanceId,
    WebhookEndpointId,
    ApiKeyId,
    StaffId,
    SessionId,
    PasskeyId,
    BatchId,
    StockUploadId,
    BulkRunId,
    SaleImportId,
    NoteId,
    SavedViewId,
    ConnectionId,
    FileId
);

impl<T: PathId> FromRequest for Id<T> {
    type Error = UnknownId;
    type Future = Ready<Result<Self, UnknownId>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        ready(T::parse_path(text).map(Id).map_err(|_| UnknownId))
    }
}
