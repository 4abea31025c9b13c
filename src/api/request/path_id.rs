//! Ids in a path. A text that cannot be an id is treated like an object that does not exist.

use actix_web::HttpRequest;

use crate::api::ApiError;
use crate::http::id::PathId;

/// The id in this part of the path; fails with 404, whose message names the kind of object, `what`.
pub fn path_id<T: PathId>(request: &HttpRequest, part: &str, what: &str) -> Result<T, ApiError> {
    let text = request.match_info().get(part).unwrap_or_default();
    T::parse_path(text).map_err(|_| ApiError::not_found(what))
}
