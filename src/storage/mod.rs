//! The only room that knows diesel. Functions take a connection (reads) or a transaction (writes)
//! and give back domain types, never rows.

pub mod activations;
pub mod api_keys;
pub mod audit;
pub mod connection;
pub mod customers;
pub mod db;
pub mod dialect;
pub mod encryption_keys;
pub mod entitlements;
pub mod erasure;
pub mod error;
pub mod figures;
pub mod grant_detail;
pub mod grant_list;
pub mod grant_pages;
pub mod grants;
pub mod holds;
pub mod idempotency;
pub mod installation;
pub mod license_key_detail;
pub mod license_key_instances;
pub mod license_key_pages;
pub mod license_keys;
pub mod migrations;
pub mod outbox;
pub mod products;
mod queue;
pub mod reveals;
pub mod schema;
pub mod sealed_columns;
pub mod seals;
pub mod sessions;
pub mod sign_in_failures;
pub mod staff;
pub mod staff_identities;
pub mod staff_links;
pub mod staff_report;
pub mod staff_totp;
pub mod time;
pub mod webhook_attempts;
pub mod webhook_endpoints;
pub mod webhook_messages;

pub use connection::Conn;
pub use db::{Db, Tx};
pub use error::StorageError;
