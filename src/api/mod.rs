//! The JSON API as defined by the contract: bearer tokens, JSON requests and responses. The rules are in the use
//! cases, which also serve the pages.

pub mod access;
pub(crate) mod customers;
pub(crate) mod entitlements;
pub(crate) mod grants;
pub(crate) mod license_keys;
pub(crate) mod licenses;
pub(crate) mod openapi;
pub(crate) mod products;
pub(crate) mod refunds;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod routes;
pub(crate) mod stock;
pub(crate) mod webhooks;

pub use request::body::JsonBody;
pub use request::caller::Caller;
pub use request::fields::{Fields, Given};
pub(crate) use request::page_query::{PageParams, Query};
pub use request::path_id::path_id;
pub use response::error::ApiError;
