//! The pages.

mod access;
mod account;
mod api_docs;
mod api_keys;
mod audit_log;
mod auth;
mod customers;
mod dev_mailbox;
mod entitlements;
mod flashes;
mod forgery;
mod forms;
mod grants;
mod key_reads;
mod license_keys;
mod links;
mod overview;
mod proxies;
mod searches;
mod security;
mod settings;
mod staff;
mod webhooks;
