//! The pages.

mod audit_entries;
mod claims;
mod entitlements;
mod fulfillments;
mod kept_mail;
mod security;
mod sessions;
