//! Files for customers: which entitlements carry them, the links to them, and their downloads.

pub mod add;
pub(crate) mod change;
pub(crate) mod download;
pub(crate) mod link;
pub(crate) mod shown;
pub mod sweep;
