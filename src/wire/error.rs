//! What is said where something is refused.

use serde::Serialize;
use utoipa::ToSchema;

/// A refusal: a stable code for programs, a sentence for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Error {
    /// Such as `VALIDATION_FAILED`.
    pub code: &'static str,
    pub message: String,
    /// Every wrong field, where fields are what is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

/// One wrong field of the body or the query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}
