//! Following connected accounts: their entitlements, customers and pending grants are mirrored here, and keys go there. The
//! account has the truth; whatever is told of it is a hint until it was read.

pub(crate) mod account;
mod applied;
mod budget;
mod changes;
mod customers;
mod deliveries;
mod entitlements;
mod extras;
pub(crate) mod grants;
mod keys;
pub(crate) mod poll;
pub(crate) mod read;
mod report;
mod round;
pub(crate) mod settle_supply;
