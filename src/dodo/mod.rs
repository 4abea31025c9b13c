//! The API of Dodo Payments, and its webhooks. No database.

pub(crate) mod signature;
