//! The JSON read by other systems, exactly as the contract spells it: serde structs and their conversion from domain
//! values. Field names are defined here, so that renaming a column does not change the contract.

pub(crate) mod customer;
pub(crate) mod customer_entitlement;
pub(crate) mod entitlement;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod file;
pub(crate) mod grant;
pub(crate) mod instance;
pub(crate) mod json;
pub(crate) mod license_key;
pub(crate) mod list;
mod names;
pub(crate) mod refund;
pub(crate) mod stock;
pub(crate) mod text;
pub(crate) mod webhook;

pub(crate) use customer::Customer;
pub(crate) use customer_entitlement::CustomerEntitlement;
pub(crate) use entitlement::{Entitlement, Product};
pub(crate) use error::{Error, FieldError};
pub(crate) use event::{Event, EventData};
pub(crate) use file::EntitlementFile;
pub(crate) use grant::{Grant, SoldGrants};
pub(crate) use instance::{Activation, Instance, LimitedCustomer, LimitedProduct, Validation};
pub(crate) use json::{Json, JsonError, Members};
pub(crate) use license_key::{KeyWarning, LicenseKey};
pub(crate) use list::Items;
pub(crate) use refund::Refund;
pub(crate) use stock::{RejectedKey, Stock, StockAddition, StockKeyWarning};
pub(crate) use webhook::{RotatedSecret, Walk, Webhook, WebhookDelivery, WebhookSecret};
