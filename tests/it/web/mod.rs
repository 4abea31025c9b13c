//! The pages.

mod access;
mod access_revocation;
mod account;
mod api_docs;
mod api_keys;
mod audit_entries;
mod claims;
mod emails;
mod entitlements;
mod flashes;
mod forgery;
mod fulfillments;
mod grants_index;
mod grants_new;
mod grants_show;
mod kept_mail;
mod key_reads;
mod license_keys;
mod overview;
#[cfg(feature = "passkeys")]
mod passkeys;
mod passwords;
#[cfg(feature = "oidc")]
mod passwords_off;
#[cfg(feature = "oidc")]
mod provider_bindings;
#[cfg(feature = "oidc")]
mod provider_outages;
#[cfg(feature = "oidc")]
mod provider_sign_ins;
mod redirects;
mod reveals;
mod revocations;
mod searches;
mod second_factor;
mod security;
mod sessions;
mod small;
mod staff;
mod throttles;
mod webhooks;
