//! The JSON API.

mod document;
mod fulfillment;
