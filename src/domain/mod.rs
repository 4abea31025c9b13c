//! The rules of the product: checked values and valid transitions. No SQL, HTTP or serde; the time is an argument.

pub mod actor;
pub mod api_key;
pub mod audit;
pub mod clock;
pub mod customer;
pub mod email;
pub mod entitlement;
pub mod grant;
pub mod idempotency;
pub mod ids;
pub mod job;
pub mod license_key;
pub mod network;
pub mod outbox;
pub mod page;
pub mod product;
pub mod sale;
pub mod search;
pub mod staff;
pub mod stock;
pub mod text;
pub mod wait;
pub mod webhook;
