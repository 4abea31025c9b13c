//! The pages.

mod audit_entries;
mod claims;
mod entitlements;
mod fulfillments;
mod kept_mail;
mod overview;
mod security;
mod sessions;
