//! Webhook endpoints and the messages for them.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod enqueue;
pub(crate) mod resend;
pub(crate) mod secret;
pub(crate) mod test;
pub(crate) mod update;
