//! The only layer that knows diesel. Functions take a connection (to read) or a transaction (to write) and return
//! domain types, never rows.

pub mod api_keys;
pub mod audit_log;
pub(crate) mod bulk;
pub mod bulk_runs;
pub(crate) mod cache;
pub mod catalog;
pub(crate) mod clock_jumps;
pub(crate) mod connections;
pub mod customers;
pub mod db;
pub mod encryption;
pub mod files;
pub mod grants;
pub(crate) mod idempotency;
pub mod installation;
pub mod jobs;
pub mod license_keys;
pub(crate) mod metadata;
pub mod outbox;
pub(crate) mod sales;
pub(crate) mod saved_views;
pub mod schema;
pub(crate) mod search_texts;
mod sql;
pub mod staff;
pub mod stock;
mod trigrams;
pub mod webhooks;

pub use db::connection::Conn;
pub use db::error::StorageError;
pub use db::{Db, Tx};
