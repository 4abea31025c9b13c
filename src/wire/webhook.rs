//! A webhook endpoint, its secret, and what was sent there.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::text::{object, optional_time, time};
use crate::domain::webhook::{WebhookEndpoint, WebhookMessage};

/// Where events are sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    #[schema(example = "ep_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub url: String,
    pub description: String,
    pub disabled: bool,
    /// The events that are sent there; `null`: all.
    #[schema(required)]
    pub filter_types: Option<Vec<String>>,
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// Always `null`: there is no limit of one's own.
    #[schema(required)]
    pub rate_limit: Option<i32>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<WebhookEndpoint> for Webhook {
    fn from(endpoint: WebhookEndpoint) -> Self {
        Self {
            id: endpoint.id.to_string(),
            url: endpoint.url,
            description: endpoint.description,
            disabled: endpoint.is_disabled,
            filter_types: endpoint.filter_types,
            metadata: object(&endpoint.metadata),
            rate_limit: None,
            created_at: time(endpoint.created_at),
            updated_at: time(endpoint.updated_at),
        }
    }
}

/// A list that is walked by an iterator until it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Walk<T: ToSchema> {
    pub data: Vec<T>,
    /// Where the next page begins; `null` where there is none.
    #[schema(required)]
    pub iterator: Option<String>,
    pub done: bool,
}

/// What webhooks are signed with.
#[derive(Serialize, ToSchema)]
pub struct WebhookSecret {
    /// `whsec_` and base64.
    pub secret: String,
}

/// A new secret is in force.
#[derive(Serialize, ToSchema)]
pub struct RotatedSecret {
    /// `whsec_` and base64.
    pub secret: String,
    /// Until then each webhook carries the old secret's signature too.
    #[schema(format = DateTime)]
    pub old_secret_until: String,
}

/// One webhook on its way, or where it has got.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// The `webhook-id` it is sent under.
    pub id: String,
    pub webhook_id: String,
    #[schema(example = "entitlement_grant.delivered")]
    pub event_type: String,
    #[schema(required)]
    pub grant_id: Option<String>,
    #[schema(required)]
    pub license_key_id: Option<String>,
    #[schema(value_type = DeliveryState)]
    pub state: &'static str,
    pub attempts: i32,
    /// When it is tried next; `null` where it is finished.
    #[schema(format = DateTime, required)]
    pub next_attempt_at: Option<String>,
    /// The status of the last answer.
    #[schema(required)]
    pub last_status: Option<i32>,
    /// What went wrong where there was no answer.
    #[schema(required)]
    pub last_error: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime, required)]
    pub finished_at: Option<String>,
}

/// How far a webhook has got.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "only described")]
pub enum DeliveryState {
    Queued,
    Sending,
    Sent,
    Failed,
    Cancelled,
}

impl From<WebhookMessage> for WebhookDelivery {
    fn from(message: WebhookMessage) -> Self {
        let next = if message.finished_at.is_some() { None } else { Some(message.next_attempt_at) };
        Self {
            id: message.id.to_string(),
            webhook_id: message.endpoint_id.to_string(),
            event_type: message.event_type,
            grant_id: message.grant_id.map(|id| id.to_string()),
            license_key_id: message.license_key_id.map(|id| id.to_string()),
            state: message.state.as_str(),
            attempts: message.attempts,
            next_attempt_at: optional_time(next),
            last_status: message.last_status,
            last_error: message.last_error,
            created_at: time(message.created_at),
            finished_at: optional_time(message.finished_at),
        }
    }
}
