//! The outbox: messages are claimed under a lease, sent outside any transaction, and then the outcome is recorded.
//! Delivery is at least once; receivers can recognize repeats by the message id.

pub mod courier;
pub mod record;
pub mod send;
pub mod staff_links;
pub mod webhooks;
pub mod worker;

pub use worker::{Handle, Waker, start};
