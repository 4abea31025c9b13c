//! The JSON API.

mod customers;
mod document;
mod entitlements;
mod fulfillment;
mod grants;
mod key_reads;
mod license_keys;
mod licenses;
mod sdk;
