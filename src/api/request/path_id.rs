//! Ids in a path. Text that cannot be one is an object that does not exist.

use actix_web::HttpRequest;

use crate::api::ApiError;
use crate::http::id::PathId;

/// The id in that part of the path; `what` is what there is none of.
pub fn path_id<T: PathId>(request: &HttpRequest, part: &str, what: &str) -> Result<T, ApiError> {
    let text = request.match_info().get(part).unwrap_or_default();
    T::parse_path(text).map_err(|_| ApiError::not_found(what))
}
