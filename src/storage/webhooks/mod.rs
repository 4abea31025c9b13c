//! Webhook endpoints, their messages and attempts.

pub mod attempts;
pub mod endpoints;
pub mod messages;
