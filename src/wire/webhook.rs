//! A webhook endpoint, its secret, and its deliveries.

use serde::Serialize;
use utoipa::ToSchema;

use super::json::Json;
use super::text::{object, optional_time, time};
use crate::domain::outbox::MessageState;
use crate::domain::webhook::{WebhookEndpoint, WebhookMessage};

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhook {
    #[schema(example = "ep_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub id: String,
    pub url: String,
    pub description: String,
    pub disabled: bool,
    /// The events that are sent; `null` for all.
    #[schema(required)]
    pub filter_types: Option<Vec<String>>,
    #[schema(value_type = Object)]
    pub metadata: Json,
    /// Always `null`: endpoints have no individual limit.
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

/// A page of a list, with an iterator for the next one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Walk<T: ToSchema> {
    pub data: Vec<T>,
    /// Where the next page begins; `null` on the last page.
    #[schema(required)]
    pub iterator: Option<String>,
    pub done: bool,
}

/// The secret that signs webhooks.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    /// `whsec_` and base64.
    pub secret: String,
}

/// The new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct RotatedSecret {
    /// `whsec_` and base64.
    pub secret: String,
    /// Until then, each webhook is signed with the old secret as well.
    #[schema(format = DateTime)]
    pub old_secret_until: String,
}

/// A webhook and its state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDelivery {
    /// The `webhook-id` it is sent with.
    pub id: String,
    pub webhook_id: String,
    #[schema(example = "entitlement_grant.delivered")]
    pub event_type: String,
    #[schema(required)]
    pub grant_id: Option<String>,
    #[schema(required)]
    pub license_key_id: Option<String>,
    pub state: DeliveryState,
    pub attempts: i32,
    /// When the next attempt is due; `null` if it is finished.
    #[schema(format = DateTime, required)]
    pub next_attempt_at: Option<String>,
    /// The HTTP status of the last response.
    #[schema(required)]
    pub last_status: Option<i32>,
    /// What went wrong if there was no response.
    #[schema(required)]
    pub last_error: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime, required)]
    pub finished_at: Option<String>,
}

/// The state of a webhook.
#[derive(Debug, Clone, Copy, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(rename_all = "lowercase")]
pub(crate) enum DeliveryState {
    Queued,
    Sending,
    Sent,
    Failed,
    Cancelled,
}

impl From<MessageState> for DeliveryState {
    fn from(state: MessageState) -> Self {
        match state {
            MessageState::Queued => Self::Queued,
            // The last two are states of e-mails alone.
            MessageState::Sending | MessageState::Unknown | MessageState::Kept => Self::Sending,
            MessageState::Sent => Self::Sent,
            MessageState::Failed => Self::Failed,
            MessageState::Cancelled => Self::Cancelled,
        }
    }
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
            state: message.state.into(),
            attempts: message.attempts,
            next_attempt_at: optional_time(next),
            last_status: message.last_status,
            last_error: message.last_error,
            created_at: time(message.created_at),
            finished_at: optional_time(message.finished_at),
        }
    }
}
