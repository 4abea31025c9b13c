//! Encryption keys, and the columns encrypted with them.

pub mod columns;
pub mod keys;
