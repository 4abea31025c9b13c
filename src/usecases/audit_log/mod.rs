//! Sealing, verifying and exporting the audit log.

pub(crate) mod export;
pub mod seal;
pub mod verify;
