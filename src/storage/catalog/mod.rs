//! Products and entitlements.

pub mod entitlements;
pub(crate) mod products;
