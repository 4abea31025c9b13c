//! Webhooks: which events are sent, where, and when a failed delivery is retried.

use jiff::{SignedDuration, Timestamp};

use super::ids::{EntitlementId, GrantId, LicenseKeyId, MessageId, WebhookEndpointId};
use super::outbox::{Attempt, HttpExchange, MessageState, OutboxMessage, Queue};

macro_rules! event_types {
    ($($variant:ident = $text:literal,)*) => {
        /// An event's type, spelled as in the contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventType { $($variant,)* }

        impl EventType {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

event_types! {
    GrantCreated = "entitlement_grant.created",
    GrantDelivered = "entitlement_grant.delivered",
    GrantFailed = "entitlement_grant.failed",
    GrantRevoked = "entitlement_grant.revoked",
    LicenseKeyCreated = "license_key.created",
    StockLow = "stock.low",
}

/// A URL that events are sent to.
#[derive(Debug, Clone)]
pub struct WebhookEndpoint {
    pub id: WebhookEndpointId,
    pub url: String,
    pub description: String,
    /// `None` for every event.
    pub filter_types: Option<Vec<String>>,
    /// A JSON object with string values, as text.
    pub metadata: String,
    pub is_disabled: bool,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// When Keydesk disabled the endpoint after repeated failures; `None` if it is on or a person disabled it.
    pub switched_off_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl WebhookEndpoint {
    /// Whether events of this type are sent to the endpoint.
    pub fn wants(&self, event: EventType) -> bool {
        !self.is_disabled
            && self.filter_types.as_ref().is_none_or(|types| types.iter().any(|name| name == event.as_str()))
    }
}

/// An event to be sent to an endpoint. The payload is built at the time of sending.
#[derive(Debug, Clone)]
pub struct WebhookMessage {
    pub id: MessageId,
    pub endpoint_id: WebhookEndpointId,
    /// One of [`EventType`], or [`TEST_EVENT`].
    pub event_type: String,
    pub grant_id: Option<GrantId>,
    pub license_key_id: Option<LicenseKeyId>,
    /// The entitlement whose stock it is about.
    pub entitlement_id: Option<EntitlementId>,
    pub state: MessageState,
    pub attempts: i32,
    pub next_attempt_at: Timestamp,
    pub last_status: Option<i32>,
    /// What went wrong if no response was received.
    pub last_error: Option<String>,
    pub finished_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl WebhookMessage {
    /// What a message of the outbox is as a webhook; `None` if it is of another kind.
    pub fn from_outbox(message: OutboxMessage) -> Option<Self> {
        let Queue::Endpoint(endpoint_id) = message.queue else { return None };
        let is_about_stock = message.event_type.as_deref() == Some(EventType::StockLow.as_str());
        let (stock_id, key_id) = if is_about_stock { (message.ref_id, None) } else { (None, message.ref_id) };
        Some(Self {
            id: message.id,
            endpoint_id,
            event_type: message.event_type?,
            grant_id: message.grant_id,
            license_key_id: key_id.map(LicenseKeyId::stored),
            entitlement_id: stock_id.map(EntitlementId::stored),
            state: message.state,
            attempts: message.attempts,
            next_attempt_at: message.next_attempt_at,
            last_status: message.last_status,
            last_error: message.last_reply,
            finished_at: message.finished_at,
            created_at: message.created_at,
        })
    }
}

/// The event type that the test button sends.
pub const TEST_EVENT: &str = "keydesk.test";

/// One attempt to deliver a webhook. The license key is masked in the stored body.
#[derive(Debug, Clone)]
pub struct WebhookAttempt {
    pub number: i32,
    pub url: String,
    pub request_headers: String,
    pub request_body: String,
    /// The HTTP status of the response; `None` if there was none.
    pub status: Option<i32>,
    pub error: Option<String>,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
}

impl WebhookAttempt {
    pub fn new(attempt: Attempt, http: HttpExchange) -> Self {
        Self {
            number: attempt.number,
            url: http.url,
            request_headers: http.request_headers,
            request_body: http.request_body,
            status: http.status,
            error: Some(attempt.reply).filter(|reply| !reply.is_empty()),
            started_at: attempt.started_at,
            finished_at: attempt.finished_at,
        }
    }
}

/// How long the old secret still signs after a rotation.
pub const OLD_SECRET_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// An endpoint is disabled after failing continuously for this long.
pub const DISABLE_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The pause after failed attempt number `attempts` (1 is the first); `None` after the last one.
pub fn pause_after(attempts: i32) -> Option<SignedDuration> {
    let seconds = match attempts {
        ..=1 => 5,
        2 => 5 * 60,
        3 => 30 * 60,
        4 => 2 * 3_600,
        5 => 5 * 3_600,
        6 | 7 => 10 * 3_600,
        _ => return None,
    };
    Some(SignedDuration::from_secs(seconds))
}

impl WebhookEndpoint {
    /// Whether traffic to the endpoint, including keys, can be read in transit.
    pub fn is_in_clear(&self) -> bool {
        is_in_clear(&self.url)
    }
}

/// Whether a URL uses plain HTTP.
pub fn is_in_clear(url: &str) -> bool {
    url.trim_start().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eight_attempts_within_28_hours() {
        let pauses: Vec<SignedDuration> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses.len(), 7);
        assert_eq!(pauses.iter().sum::<SignedDuration>(), SignedDuration::from_secs(5 + 35 * 60 + 27 * 3_600));
    }

    #[test]
    fn event_types_read_back() {
        for event in EventType::ALL {
            assert_eq!(EventType::parse(event.as_str()), Some(*event));
        }
        assert_eq!(EventType::parse("payment.succeeded"), None);
    }
}
