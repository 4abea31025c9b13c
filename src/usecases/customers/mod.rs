//! Customers: creating, changing, merging and erasing them.

pub(crate) mod add_note;
pub(super) mod change_address;
pub(crate) mod delete_note;
pub mod erase;
pub(crate) mod merge;
pub(crate) mod save;
pub(crate) mod send_keys;
