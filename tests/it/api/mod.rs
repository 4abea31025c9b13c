//! The JSON API.

mod document;
mod fulfillment;
mod grants;
mod license_keys;
mod licenses;
