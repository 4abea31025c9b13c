//! The rules of the product: checked values and valid transitions. No SQL, HTTP or serde; the time is an argument.

pub mod actor;
pub mod api_key;
pub mod audit;
pub mod clock;
pub mod connection;
pub mod customer;
pub(crate) mod email;
pub mod entitlement;
pub mod grant;
pub(crate) mod idempotency;
pub mod ids;
pub mod integration;
pub mod job;
pub mod license_key;
pub mod list;
pub(crate) mod network;
pub mod outbox;
pub mod page;
pub(crate) mod product;
pub mod sale;
pub(crate) mod search;
pub mod staff;
pub mod stock;
pub(crate) mod text;
pub(crate) mod wait;
pub mod webhook;
