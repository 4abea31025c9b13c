//! The JSON read by other systems, exactly as the contract spells it: serde structs and their conversion from domain
//! values. Field names are defined here, so that renaming a column does not change the contract.

pub mod customer;
pub mod customer_entitlement;
pub mod entitlement;
pub mod error;
pub mod event;
pub mod grant;
pub mod instance;
pub mod json;
pub mod license_key;
pub mod list;
mod names;
pub mod refund;
pub(crate) mod stock;
pub mod text;
pub mod webhook;

pub use customer::Customer;
pub use customer_entitlement::CustomerEntitlement;
pub use entitlement::{Entitlement, Product};
pub use error::{Error, FieldError};
pub use event::{Event, EventData};
pub use grant::{Grant, SoldGrants};
pub use instance::{Activation, Instance, LimitedCustomer, LimitedProduct, Validation};
pub use json::{Json, JsonError, Members};
pub use license_key::{KeyWarning, LicenseKey};
pub use list::Items;
pub use refund::Refund;
pub(crate) use stock::{RejectedKey, Stock, StockAddition, StockKeyWarning};
pub use webhook::{RotatedSecret, Walk, Webhook, WebhookDelivery, WebhookSecret};
