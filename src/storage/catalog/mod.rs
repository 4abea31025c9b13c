//! Products and entitlements.

pub mod entitlements;
pub mod products;
