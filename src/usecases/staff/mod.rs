//! Staff: inviting and disabling people, their roles, links and preferences.

pub mod add;
pub mod change_role;
pub mod disable;
pub mod error;
pub mod forget_identity;
pub mod invite;
pub mod rename;
pub mod reset_password;
pub mod save_preferences;
pub mod send_link;
pub mod unlock;
