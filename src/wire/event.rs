//! The body of a webhook.

use serde::Serialize;

use super::text::time;
use super::{Grant, LicenseKey};
use crate::domain::webhook::WebhookMessage;
use crate::usecases::Context;

/// The body of a webhook: the event, its time, and the object as the API shows it at the time of sending.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    pub business_id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub timestamp: String,
    pub data: EventData,
}

/// The object, with its type in addition to its fields.
#[derive(Debug, Serialize)]
#[serde(tag = "payload_type")]
pub(crate) enum EventData {
    EntitlementGrant(Box<Grant>),
    LicenseKey(Box<LicenseKey>),
    /// How much of a stock is left.
    Stock {
        entitlement_id: String,
        available: i64,
        /// `null` if nothing is used, or the stock lasts over two years.
        runs_out_on: Option<String>,
    },
    /// The content of a test event.
    Test {
        message: &'static str,
    },
}

impl Event {
    pub(crate) fn new(ctx: &Context, message: &WebhookMessage, data: EventData) -> Self {
        Self {
            business_id: ctx.business_id.to_string(),
            event_type: message.event_type.clone(),
            timestamp: time(message.created_at),
            data,
        }
    }
}
