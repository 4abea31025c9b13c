//! Customers: creating, changing and erasing them.

pub(super) mod change_address;
pub mod erase;
pub(crate) mod save;
