//! What a webhook says.

use serde::Serialize;

use super::text::time;
use super::{Grant, LicenseKey};
use crate::domain::webhook::WebhookMessage;
use crate::usecases::Context;

/// The body of a webhook: what happened when, and the object as the API shows it when it is sent.
#[derive(Debug, Serialize)]
pub struct Event {
    pub business_id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub timestamp: String,
    pub data: EventData,
}

/// The object, with its kind beside its fields.
#[derive(Debug, Serialize)]
#[serde(tag = "payload_type")]
pub enum EventData {
    EntitlementGrant(Box<Grant>),
    LicenseKey(Box<LicenseKey>),
    /// What the test button sends.
    Test {
        message: &'static str,
    },
}

impl Event {
    pub fn new(ctx: &Context, message: &WebhookMessage, data: EventData) -> Self {
        Self {
            business_id: ctx.business_id.to_string(),
            event_type: message.event_type.clone(),
            timestamp: time(message.created_at),
            data,
        }
    }
}
