//! API keys: creating, checking and revoking them.

pub mod authenticate;
pub mod create;
pub mod revoke;
