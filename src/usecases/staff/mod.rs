//! Staff: inviting and disabling people, their roles, links and preferences.

pub mod add;
pub mod change_role;
pub mod disable;
pub(crate) mod error;
pub mod forget_identity;
pub(crate) mod invite;
pub(crate) mod rename;
pub mod reset_password;
pub(crate) mod save_preferences;
pub mod send_link;
pub(crate) mod unlock;
