//! Webhook endpoints and the messages for them.

pub mod create;
pub mod delete;
pub mod enqueue;
pub mod resend;
pub mod secret;
pub mod test;
pub mod update;
