//! Error responses.

use serde::Serialize;
use utoipa::ToSchema;

/// An error: a stable code for programs, a sentence for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Error {
    /// For example `VALIDATION_FAILED`.
    pub code: &'static str,
    pub message: String,
    /// Every invalid field, if fields are the cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

/// An invalid field of the body or the query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}
