//! The JSON API.

mod customers;
mod document;
mod entitlements;
mod fulfillment;
mod grants;
mod json;
mod key_reads;
mod key_warnings;
mod license_keys;
mod licenses;
mod sdk;
mod shared_keys;
