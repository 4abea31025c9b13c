//! Sealing, verifying and exporting the audit log.

pub mod export;
pub mod seal;
pub mod verify;
