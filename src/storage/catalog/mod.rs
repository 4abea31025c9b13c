//! Products and entitlements.

pub mod entitlements;
pub(crate) mod product_words;
pub(crate) mod products;
