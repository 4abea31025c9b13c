//! Signing in, and what ends it.

mod access_revocation;
#[cfg(feature = "passkeys")]
mod passkeys;
pub(super) mod passwords;
#[cfg(feature = "oidc")]
mod passwords_off;
#[cfg(feature = "oidc")]
mod provider_bindings;
#[cfg(feature = "oidc")]
mod provider_outages;
#[cfg(feature = "oidc")]
mod provider_sign_ins;
mod second_factor;
mod sessions;
mod throttles;
