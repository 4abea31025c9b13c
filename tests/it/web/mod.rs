//! The pages.

mod access;
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
mod license_keys;
mod overview;
mod passwords;
mod reveals;
mod revocations;
mod searches;
mod second_factor;
mod security;
mod sessions;
mod staff;
mod webhooks;
