//! Signing in and out, second factors, passwords, and rate limiting.

pub(crate) mod change_password;
pub(crate) mod check_second_factor;
pub(crate) mod confirm_password;
pub(crate) mod confirmation;
pub mod end_sessions;
pub(crate) mod known_browser;
pub mod manage_second_factor;
pub mod passkeys;
pub(super) mod revoke_access;
pub mod second_step;
pub(crate) mod set_password;
pub(crate) mod sign_in;
pub(crate) mod sign_in_log;
pub mod sign_in_with_provider;
pub(crate) mod sign_out;
pub mod signed_in;
pub(crate) mod throttle;
