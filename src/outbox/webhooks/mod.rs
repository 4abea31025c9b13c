//! Webhooks: built when they are sent, and sent by workers of each endpoint, so that a slow one does not delay others.

pub(crate) mod payload;
