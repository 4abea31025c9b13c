//! Products and entitlements.

pub(crate) mod create_product;
pub(crate) mod delete_entitlement;
pub(crate) mod error;
pub mod save_entitlement;
