//! Connections to a shop or to an account whose grants are mirrored, and what is known about them.

pub mod trouble;

use jiff::{SignedDuration, Timestamp};

use super::ids::ConnectionId;

/// What a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// An account at Dodo Payments: its pending grants come here, their keys go there.
    Dodo,
}

impl ConnectionKind {
    pub const ALL: [Self; 1] = [Self::Dodo];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dodo => "dodo",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The name of the service, the same in every language.
    pub fn service(self) -> &'static str {
        match self {
            Self::Dodo => "Dodo Payments",
        }
    }
}

/// Whether a connection is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    Active,
    /// A person paused it: nothing is polled or sent, what arrives is kept.
    Paused,
    /// The account does not accept the API key any more; a new one is needed.
    Broken,
}

impl ConnectionState {
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Broken];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Broken => "broken",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What the account's last answer said about its rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallBudget {
    pub left: i64,
    pub limit: i64,
    pub at: Timestamp,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Connection {
    pub id: ConnectionId,
    pub kind: ConnectionKind,
    pub name: String,
    /// Where its API is, without a slash at the end.
    pub api_url: String,
    /// The account's own id, once an answer has named it.
    pub account: Option<String>,
    pub state: ConnectionState,
    /// Why it is broken: `unauthorized` or `forbidden`.
    pub broken_reason: Option<String>,
    /// Whether Keydesk's own e-mail is sent too. The vendor mails the key itself.
    pub sends_email: bool,
    pub poll_every: SignedDuration,
    /// Whether the API key may supply license keys; `None` if that is not known yet.
    pub may_supply: Option<bool>,
    pub may_make_webhook: Option<bool>,
    /// The webhook that Keydesk has made there.
    pub remote_webhook_id: Option<String>,
    pub next_poll_at: Timestamp,
    /// When everything was last looked at.
    pub polled_at: Option<Timestamp>,
    /// Why the last poll failed.
    pub poll_error: Option<String>,
    /// When the last webhook with a valid signature arrived.
    pub hook_at: Option<Timestamp>,
    pub budget: Option<CallBudget>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A secret of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionSecretKind {
    ApiKey,
    WebhookSecret,
}

impl ConnectionSecretKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::WebhookSecret => "webhook_secret",
        }
    }
}

/// How long an older secret of webhooks is accepted after a rotation.
pub const OLD_SECRET_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// The shortest, the longest and the usual time between two polls.
pub const SHORTEST_POLL: SignedDuration = SignedDuration::from_secs(15);
pub const LONGEST_POLL: SignedDuration = SignedDuration::from_hours(1);
pub const USUAL_POLL: SignedDuration = SignedDuration::from_secs(60);
