//! Sending webhooks: signed, and posted within limits.

pub(crate) mod post;
pub mod sign;

pub use post::{Posted, Poster, WebhookLimits};
