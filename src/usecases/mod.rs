//! The use cases: one file per action, with one public function. Each runs in one transaction with its audit entry and
//! its outbox messages. Nothing here accesses the network, but for `mirror`, which asks connected accounts between its
//! transactions.

pub mod api_keys;
pub mod audit_log;
pub mod auth;
pub mod bulk_runs;
pub mod catalog;
pub(crate) mod connections;
pub(crate) mod context;
pub mod customers;
pub mod files;
pub mod grants;
pub(crate) mod idempotent;
pub mod jobs;
pub mod license_keys;
pub(crate) mod mirror;
pub(crate) mod platforms;
pub(crate) mod read_dev_mail;
pub mod sales;
pub(crate) mod saved_views;
pub(crate) mod shops;
pub mod staff;
pub mod stock;
pub(crate) mod webhooks;

pub mod rotate_encryption_key;
mod switch_on_feature;

pub use context::Context;
