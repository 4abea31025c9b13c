//! Products and entitlements.

pub(crate) mod create_product;
pub(crate) mod delete_entitlement;
pub(crate) mod error;
pub(crate) mod find_product;
pub(crate) mod map_product_word;
pub mod save_entitlement;
