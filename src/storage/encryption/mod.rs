//! Encryption keys, and the columns that are sealed with them.

pub mod columns;
pub mod keys;
