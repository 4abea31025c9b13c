//! Signing in and out, second factors, passwords, and rate limiting.

pub mod change_password;
pub mod check_second_factor;
pub mod confirm_password;
pub mod confirmation;
pub mod end_sessions;
pub mod known_browser;
pub mod manage_second_factor;
pub mod passkeys;
pub(super) mod revoke_access;
pub mod second_step;
pub mod set_password;
pub mod sign_in;
pub mod sign_in_log;
pub mod sign_in_with_provider;
pub mod sign_out;
pub mod signed_in;
pub mod throttle;
