//! Sending webhooks: signed, posted within limits, and never to a private address.

pub(crate) mod guard;
pub(crate) mod post;
pub mod sign;

pub use guard::{AddressGuard, UrlError, WebhookUrl};
pub use post::{Posted, Poster, WebhookLimits};
