//! API keys: creating, checking and revoking them.

pub(crate) mod authenticate;
pub mod create;
pub mod revoke;
