//! Work that leaves the process: messages are claimed under a lease, sent outside any transaction,
//! and what came of it is recorded. Sending is at least once; the message id tells repeats.

pub mod courier;
pub mod record;
pub mod send;
pub mod staff_links;
pub mod webhooks;
pub mod worker;

pub use worker::{Handle, Waker, start};
