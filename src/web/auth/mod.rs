//! Signing in and out: sessions, second steps, passkeys, identity providers, forgotten passwords.

pub(crate) mod forgotten_passwords;
pub(crate) mod guest;
pub(crate) mod new_passwords;
pub(crate) mod one_at_a_time;
#[cfg(feature = "passkeys")]
pub(crate) mod passkeys;
#[cfg(feature = "oidc")]
pub(crate) mod provider_sign_ins;
pub(crate) mod second_step;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sign_in_steps;
pub(crate) mod signed_in;
