//! The pages.

mod api_docs;
mod api_keys;
mod audit_entries;
mod claims;
mod emails;
mod entitlements;
mod fulfillments;
mod grants_index;
mod grants_new;
mod grants_show;
mod kept_mail;
mod license_keys;
mod overview;
mod revocations;
mod security;
mod sessions;
mod webhooks;
