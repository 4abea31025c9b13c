//! Outbox messages: what is sent out after a change, in which queue it waits, and when a failed message is retried.

use jiff::{SignedDuration, Timestamp};

use super::customer::{Customer, EmailAddress};
use super::ids::{
    ConnectionId, CustomerId, EntitlementId, GrantId, HookId, LicenseKeyId, MessageId, StaffLinkId, WebhookEndpointId,
};

macro_rules! message_kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What a message is. The outbox knows for each kind how to send it and what its outcome means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MessageKind { $($(#[$doc])* $variant,)* }

        impl MessageKind {
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

message_kinds! {
    /// The e-mail that delivers a license key.
    LicenseKeyDelivered = "license_key_delivered",
    /// The e-mail with all live keys of a customer.
    LicenseKeysSent = "license_keys_sent",
    /// The e-mail with a link for a staff member.
    StaffLink = "staff_link",
    /// An event for a webhook endpoint.
    Webhook = "webhook",
    /// A license key for a grant that is mirrored, supplied to the account it comes from.
    KeySupplied = "key_supplied",
    /// What was sent to a connection's URL, to be processed.
    HookReceived = "hook_received",
    /// An invitation to a repository at GitHub.
    GithubInvited = "github_invited",
    /// Access to a repository at GitHub, to be taken back.
    GithubRemoved = "github_removed",
}

/// Where a message waits. Each queue is served in its own order and never waits for another one's receiver.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Queue {
    /// E-mails that somebody is waiting for; sent before all others.
    UrgentMail,
    Mail,
    /// The webhooks of one endpoint.
    Endpoint(WebhookEndpointId),
    /// What is for one connection, or has arrived from it.
    Connection(ConnectionId),
}

impl Queue {
    /// The queues that the mail server's workers serve, in order of precedence.
    pub const MAIL: [Self; 2] = [Self::UrgentMail, Self::Mail];

    pub fn as_str(&self) -> &str {
        match self {
            Self::UrgentMail => "urgent_mail",
            Self::Mail => "mail",
            Self::Endpoint(id) => id.as_str(),
            Self::Connection(id) => id.as_str(),
        }
    }

    /// A queue read from the database.
    pub fn stored(text: String) -> Self {
        match text.as_str() {
            "urgent_mail" => Self::UrgentMail,
            "mail" => Self::Mail,
            _ if text.starts_with(ConnectionId::PREFIX) => Self::Connection(ConnectionId::stored(text)),
            _ => Self::Endpoint(WebhookEndpointId::stored(text)),
        }
    }

    pub fn is_mail(&self) -> bool {
        Self::MAIL.contains(self)
    }
}

/// The state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    Queued,
    Sending,
    Sent,
    /// Written to the local mailbox, because there is no mail server; nobody has got it.
    Kept,
    /// Sent to the server, which has not answered: it may have taken the message or not.
    Unknown,
    Failed,
    Cancelled,
}

impl MessageState {
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sending, Self::Sent, Self::Kept, Self::Unknown, Self::Failed, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The two classes of waiting e-mails; neither may delay the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryClass {
    /// Never attempted.
    FirstAttempt,
    /// Deferred after a temporary error, or abandoned by a worker that died.
    Retry,
}

impl RetryClass {
    /// One in this many workers looks at retries first, the others at first attempts. A worker that finds nothing in
    /// its own class takes from the other.
    pub const PERIOD: usize = 4;

    /// The class that the worker with this number looks at first, or that one worker looks at first for its message
    /// with this number.
    pub fn first_for(number: usize) -> Self {
        if number % Self::PERIOD == Self::PERIOD - 1 { Self::Retry } else { Self::FirstAttempt }
    }

    /// Both classes, this one first.
    pub fn order(self) -> [Self; 2] {
        match self {
            Self::FirstAttempt => [Self::FirstAttempt, Self::Retry],
            Self::Retry => [Self::Retry, Self::FirstAttempt],
        }
    }
}

/// How long a worker may hold a message before another takes it over. It renews its lease as long as it talks.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// The pause after the message was left unanswered for the `unanswered`th time; `None` once it is not tried again,
/// because each try may bring the customer one more copy.
pub fn pause_after_no_answer(unanswered: i32) -> Option<SignedDuration> {
    match unanswered {
        ..=1 => Some(SignedDuration::from_hours(1)),
        2 => Some(SignedDuration::from_hours(6)),
        _ => None,
    }
}

/// A message that has met only temporary errors is abandoned after this long.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// The pause after failed attempt number `attempts` (1 is the first).
pub fn pause_after(attempts: i32) -> SignedDuration {
    let seconds = match attempts {
        ..=1 => 10,
        2 => 30,
        3 => 2 * 60,
        4 => 5 * 60,
        5 => 15 * 60,
        6 => 30 * 60,
        7 => 60 * 60,
        8 => 2 * 60 * 60,
        _ => return LONGEST_PAUSE,
    };
    SignedDuration::from_secs(seconds)
}

/// The longest pause between two attempts of an e-mail that the server has not left unanswered.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(4);

/// When to retry after a temporary error; `None` once [`GIVE_UP_AFTER`] has passed.
pub fn next_attempt(created_at: Timestamp, attempts: i32, now: Timestamp) -> Option<Timestamp> {
    // A message is at least as old as the pauses between its attempts, whatever the clock said when it was created.
    let pauses: SignedDuration = (1..attempts.min(1_000)).map(pause_after).sum();
    let give_up_at = created_at.min(now.saturating_sub(pauses).ok()?).saturating_add(GIVE_UP_AFTER).ok()?;
    let next = now.saturating_add(pause_after(attempts)).ok()?;
    (now < give_up_at).then(|| next.min(give_up_at))
}

/// A message that will be sent, or was. It holds ids only, apart from the address an e-mail was written to.
#[derive(Debug, Clone)]
pub struct OutboxMessage {
    pub id: MessageId,
    pub kind: MessageKind,
    pub queue: Queue,
    pub grant_id: Option<GrantId>,
    /// The customer it is addressed to; `None` if it is not for a customer, or was written by an older version.
    pub customer_id: Option<CustomerId>,
    /// What it is about apart from the grant: a staff link, or the license key or the entitlement an event shows.
    pub ref_id: Option<String>,
    /// The event of a webhook.
    pub event_type: Option<String>,
    /// The address an e-mail is sent to; `None` if it is looked up when the e-mail is sent.
    pub recipient: Option<EmailAddress>,
    pub state: MessageState,
    pub attempts: i32,
    /// How many of the attempts the mail server left unanswered.
    pub unanswered: i32,
    pub next_attempt_at: Timestamp,
    /// The HTTP status of the last response.
    pub last_status: Option<i32>,
    /// The server's last reply, or why there was none.
    pub last_reply: Option<String>,
    pub finished_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl OutboxMessage {
    /// The address of an e-mail whose recipient is fixed; empty if it is not, or was erased.
    pub fn address(&self) -> &str {
        self.recipient.as_ref().map_or("", EmailAddress::as_str)
    }
}

/// The event that the stock of an entitlement is low.
pub const STOCK_LOW: &str = "stock.low";

/// A message to be enqueued.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    pub id: MessageId,
    pub kind: MessageKind,
    pub queue: Queue,
    pub grant_id: Option<&'a GrantId>,
    pub customer_id: Option<&'a CustomerId>,
    pub ref_id: Option<&'a str>,
    pub event_type: Option<&'a str>,
    pub recipient: Option<&'a EmailAddress>,
    /// When it is sent; `None` for at once.
    pub due_at: Option<Timestamp>,
}

impl<'a> NewMessage<'a> {
    fn new(kind: MessageKind, queue: Queue) -> Self {
        Self {
            id: MessageId::random(),
            kind,
            queue,
            grant_id: None,
            customer_id: None,
            ref_id: None,
            event_type: None,
            recipient: None,
            due_at: None,
        }
    }

    /// The same, not before that moment.
    #[must_use]
    pub fn due_at(self, due_at: Option<Timestamp>) -> Self {
        Self { due_at, ..self }
    }

    /// The e-mail with the grant's key. It stays addressed to that customer even if the grant moves to another.
    pub fn license_key_delivered(grant_id: &'a GrantId, customer: &'a Customer) -> Self {
        Self {
            grant_id: Some(grant_id),
            customer_id: Some(&customer.id),
            recipient: Some(&customer.email),
            ..Self::new(MessageKind::LicenseKeyDelivered, Queue::Mail)
        }
    }

    /// The e-mail with all live keys of the customer.
    pub fn license_keys_sent(customer: &'a Customer) -> Self {
        Self {
            customer_id: Some(&customer.id),
            recipient: Some(&customer.email),
            ..Self::new(MessageKind::LicenseKeysSent, Queue::Mail)
        }
    }

    /// The e-mail with a link for a staff member.
    pub fn staff_link(id: &'a StaffLinkId) -> Self {
        Self { ref_id: Some(id.as_str()), ..Self::new(MessageKind::StaffLink, Queue::UrgentMail) }
    }

    /// An event for a webhook endpoint, about a grant, a key, both or neither.
    pub fn webhook(
        endpoint_id: &WebhookEndpointId,
        event_type: &'a str,
        grant_id: Option<&'a GrantId>,
        license_key_id: Option<&'a LicenseKeyId>,
    ) -> Self {
        Self {
            grant_id,
            ref_id: license_key_id.map(LicenseKeyId::as_str),
            event_type: Some(event_type),
            ..Self::new(MessageKind::Webhook, Queue::Endpoint(endpoint_id.clone()))
        }
    }

    /// The key of a grant, for the connection that the grant is mirrored through.
    pub fn key_supplied(connection_id: &ConnectionId, grant_id: &'a GrantId, license_key_id: &'a LicenseKeyId) -> Self {
        Self {
            grant_id: Some(grant_id),
            ref_id: Some(license_key_id.as_str()),
            ..Self::new(MessageKind::KeySupplied, Queue::Connection(connection_id.clone()))
        }
    }

    /// What was sent to a connection's URL.
    pub fn hook_received(connection_id: &ConnectionId, hook_id: &'a HookId) -> Self {
        Self {
            ref_id: Some(hook_id.as_str()),
            ..Self::new(MessageKind::HookReceived, Queue::Connection(connection_id.clone()))
        }
    }

    /// The invitation of a grant's customer to a repository.
    pub fn github_invited(connection_id: &ConnectionId, grant_id: &'a GrantId) -> Self {
        let queue = Queue::Connection(connection_id.clone());
        Self { grant_id: Some(grant_id), ..Self::new(MessageKind::GithubInvited, queue) }
    }

    /// The access that a grant's customer was invited to, to be taken back.
    pub fn github_removed(connection_id: &ConnectionId, grant_id: &'a GrantId) -> Self {
        let queue = Queue::Connection(connection_id.clone());
        Self { grant_id: Some(grant_id), ..Self::new(MessageKind::GithubRemoved, queue) }
    }

    /// The event that the stock of an entitlement is low.
    pub fn stock_low(endpoint_id: &WebhookEndpointId, entitlement_id: &'a EntitlementId) -> Self {
        Self {
            ref_id: Some(entitlement_id.as_str()),
            event_type: Some(STOCK_LOW),
            ..Self::new(MessageKind::Webhook, Queue::Endpoint(endpoint_id.clone()))
        }
    }
}

/// One attempt to send a message.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub number: i32,
    /// `sent`, `kept`, `temporary`, `unknown`, `permanent`.
    pub outcome: String,
    /// The server's reply, or why there was none.
    pub reply: String,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
}

/// The request of an attempt by HTTP, with secrets masked, and the status of the response; `None` if there was none.
#[derive(Debug, Clone)]
pub struct HttpExchange {
    pub url: String,
    pub request_headers: String,
    pub request_body: String,
    pub status: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_queues_read_back() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::parse(kind.as_str()), Some(*kind));
        }
        let (endpoint, connection) = (WebhookEndpointId::random(), ConnectionId::random());
        for queue in [Queue::UrgentMail, Queue::Mail, Queue::Endpoint(endpoint), Queue::Connection(connection)] {
            assert_eq!(Queue::stored(queue.as_str().to_owned()), queue);
        }
    }

    #[test]
    fn what_is_not_answered_is_tried_twice_more() {
        let pauses: Vec<_> =
            (1..=4).map(|unanswered| pause_after_no_answer(unanswered).map(|p| p.as_hours())).collect();
        assert_eq!(pauses, [Some(1), Some(6), None, None]);
    }

    #[test]
    fn pauses_grow_and_end_after_three_days() {
        let created = Timestamp::UNIX_EPOCH;
        let (mut now, mut attempts, mut last) = (created, 0, SignedDuration::ZERO);
        loop {
            attempts += 1;
            let Some(next) = next_attempt(created, attempts, now) else { break };
            let pause = now.duration_until(next);
            assert!(pause >= last || next == created + GIVE_UP_AFTER);
            (now, last) = (next, pause);
        }
        assert_eq!(now, created + GIVE_UP_AFTER);
        assert!((20..40).contains(&attempts), "{attempts}");
        assert!(pause_after(1) <= SignedDuration::from_secs(10));
    }

    #[test]
    fn a_message_that_a_wrong_clock_has_dated_is_given_up_too() {
        let mut now = Timestamp::UNIX_EPOCH;
        let created = now + SignedDuration::from_hours(365 * 24);
        let mut attempts = 1;
        while let Some(next) = next_attempt(created, attempts, now) {
            (now, attempts) = (next, attempts + 1);
            assert!(now <= Timestamp::UNIX_EPOCH + GIVE_UP_AFTER);
        }
        assert!((20..40).contains(&attempts), "{attempts}");
    }
}
