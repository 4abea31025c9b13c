//! The JSON API as defined by the contract: bearer tokens, JSON requests and responses. The rules are in the use
//! cases, which also serve the pages.

pub mod access;
pub mod customers;
pub mod entitlements;
pub mod grants;
pub mod license_keys;
pub mod licenses;
pub mod openapi;
pub mod products;
pub mod refunds;
pub mod request;
pub mod response;
pub mod routes;
pub(crate) mod stock;
pub mod webhooks;

pub use request::body::JsonBody;
pub use request::caller::Caller;
pub use request::fields::{Fields, Given};
pub use request::page_query::{PageParams, Query};
pub use request::path_id::path_id;
pub use response::error::ApiError;
