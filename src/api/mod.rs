//! The JSON API, as the contract spells it: bearer tokens, JSON in, JSON out. The rules live further
//! down, in the same use cases that serve the pages.

pub mod access;
pub mod body;
pub mod caller;
pub mod cors;
pub mod customer_grants;
pub mod customers;
pub mod entitlement_grants;
pub mod entitlements;
pub mod error;
pub mod fields;
pub mod fulfillments;
pub mod grant_acts;
pub mod grant_scope;
pub mod grants;
pub mod integration_config;
pub mod license_key_instances;
pub mod license_keys;
pub mod licenses;
pub mod openapi;
pub mod page_query;
pub mod path_id;
pub mod products;
pub mod responses;
pub mod routes;
pub mod sale_report;
pub mod values;
pub mod webhook_deliveries;
pub mod webhook_fields;
pub mod webhooks;

pub use body::JsonBody;
pub use caller::Caller;
pub use error::ApiError;
pub use fields::{Fields, Given};
pub use page_query::Query;
pub use path_id::path_id;
