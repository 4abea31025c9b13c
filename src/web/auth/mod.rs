//! Signing in and out: sessions, second steps, passkeys, identity providers, forgotten passwords.

pub mod forgotten_passwords;
pub mod guest;
pub mod new_passwords;
pub mod one_at_a_time;
#[cfg(feature = "passkeys")]
pub mod passkeys;
#[cfg(feature = "oidc")]
pub mod provider_sign_ins;
pub mod second_step;
pub mod session;
pub mod sessions;
pub mod sign_in_steps;
pub mod signed_in;
