//! The JSON API.

mod document;
mod fulfillment;
mod grants;
