//! Products and entitlements.

pub mod create_product;
pub mod delete_entitlement;
pub mod error;
pub mod save_entitlement;
