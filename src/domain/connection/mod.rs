//! Connections to a shop or to an account whose grants are mirrored, and what is known about them.

pub mod invitation;
pub mod supply;
pub mod trouble;

use jiff::{SignedDuration, Timestamp};

use super::ids::ConnectionId;
use super::text::{self, TextError};

/// What a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// An account at Dodo Payments: its pending grants come here, their keys go there.
    Dodo,
    /// GitHub, with a token by which customers are invited to repositories.
    Github,
    Shopify,
    WooCommerce,
    Stripe,
    LemonSqueezy,
    Gumroad,
    Paddle,
    FastSpring,
}

impl ConnectionKind {
    pub const ALL: [Self; 9] = [
        Self::Dodo,
        Self::Github,
        Self::Shopify,
        Self::WooCommerce,
        Self::Stripe,
        Self::LemonSqueezy,
        Self::Gumroad,
        Self::Paddle,
        Self::FastSpring,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dodo => "dodo",
            Self::Github => "github",
            Self::Shopify => "shopify",
            Self::WooCommerce => "woocommerce",
            Self::Stripe => "stripe",
            Self::LemonSqueezy => "lemonsqueezy",
            Self::Gumroad => "gumroad",
            Self::Paddle => "paddle",
            Self::FastSpring => "fastspring",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is a shop, whose webhooks tell of sales.
    pub fn is_shop(self) -> bool {
        !matches!(self, Self::Dodo | Self::Github)
    }

    /// Whether the service sends webhooks.
    pub fn has_webhooks(self) -> bool {
        self != Self::Github
    }

    /// Whether what the service sends is signed.
    pub fn has_secret(self) -> bool {
        !matches!(self, Self::Github | Self::Gumroad)
    }

    /// Whether a shop is asked for what its webhooks leave out, with an API key.
    pub fn is_asked(self) -> bool {
        matches!(self, Self::Stripe | Self::LemonSqueezy | Self::Gumroad | Self::Paddle)
    }

    /// The name of the service, the same in every language.
    pub fn service(self) -> &'static str {
        match self {
            Self::Dodo => "Dodo Payments",
            Self::Github => "GitHub",
            Self::Shopify => "Shopify",
            Self::WooCommerce => "WooCommerce",
            Self::Stripe => "Stripe",
            Self::LemonSqueezy => "Lemon Squeezy",
            Self::Gumroad => "Gumroad",
            Self::Paddle => "Paddle",
            Self::FastSpring => "FastSpring",
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
    /// Where the orders of its sales are numbered; `None` for what is no shop.
    pub shop: Option<String>,
    pub on_refund: OnRefund,
    pub on_test: OnTest,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is done about a full refund.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnRefund {
    #[default]
    Revoke,
    Ask,
}

impl OnRefund {
    pub const ALL: [Self; 2] = [Self::Revoke, Self::Ask];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Ask => "ask",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

/// What is done about a test order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnTest {
    #[default]
    Ask,
    Skip,
    /// It is treated as a real one.
    Real,
}

impl OnTest {
    pub const ALL: [Self; 3] = [Self::Ask, Self::Skip, Self::Real];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Skip => "skip",
            Self::Real => "real",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
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

/// How long calls are listed.
pub const EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long it is known what arrived, so that a repeat changes nothing.
pub const HOOKS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The shortest, the longest and the usual time between two polls.
pub const SHORTEST_POLL: SignedDuration = SignedDuration::from_secs(15);
pub const LONGEST_POLL: SignedDuration = SignedDuration::from_hours(1);
pub const USUAL_POLL: SignedDuration = SignedDuration::from_secs(60);

/// Where the API of Dodo Payments is, in live and in test mode.
pub const LIVE_URL: &str = "https://live.dodopayments.com";
pub const TEST_URL: &str = "https://test.dodopayments.com";
pub const API_URLS: [&str; 2] = [LIVE_URL, TEST_URL];
/// Where the API of GitHub is.
pub const GITHUB_URL: &str = "https://api.github.com";

/// A secret of a shop's webhooks: a text of 1 to 500 visible characters.
pub fn parse_shop_secret(input: &str) -> Result<String, TextError> {
    parse_api_key(input)
}

/// The events of an account's webhooks that concern Keydesk.
pub const HOOK_EVENTS: [&str; 8] = [
    "entitlement_grant.created",
    "entitlement_grant.delivered",
    "entitlement_grant.failed",
    "entitlement_grant.revoked",
    "refund.succeeded",
    "dispute.opened",
    "subscription.paused",
    "subscription.cancelled",
];

/// How many of them are about grants; another service with the same API may have no others.
pub const GRANT_EVENTS: usize = 4;

/// The name of a connection: one line of 1 to 60 characters.
pub fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 60)
}

/// An API key as it was shown: one word of visible ASCII characters.
pub fn parse_api_key(input: &str) -> Result<String, TextError> {
    let key = input.trim();
    match key.len() {
        0 => Err(TextError::Empty),
        1..=500 if key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(key.to_owned()),
        1..=500 => Err(TextError::Malformed),
        _ => Err(TextError::TooLong { max: 500 }),
    }
}

/// The time between two polls, from a whole number of seconds.
pub fn parse_poll_every(seconds: i64) -> Option<SignedDuration> {
    let every = SignedDuration::from_secs(seconds);
    (SHORTEST_POLL..=LONGEST_POLL).contains(&every).then_some(every)
}
