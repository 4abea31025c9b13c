//! The events that the demo replays.

use jiff::Timestamp;

use super::customers::DemoCustomer;
use super::offers::{KeyStyle, Offer};

/// An action and its time.
#[derive(Debug)]
pub(crate) struct Event {
    pub at: Timestamp,
    pub action: Action,
}

#[derive(Debug)]
pub(crate) enum Action {
    /// An order comes in; `place` is its number.
    Order(Box<Order>),
    /// An agent claims the grant.
    Claim {
        order: usize,
        agent: usize,
    },
    Fulfill {
        order: usize,
        agent: usize,
        keys: KeyStyle,
    },
    /// An attempt to send the grant's e-mail.
    Mail {
        order: usize,
        end: MailEnd,
    },
    Reveal {
        order: usize,
        agent: usize,
    },
    Revoke {
        order: usize,
    },
    SignIn {
        agent: usize,
    },
    LetGo {
        agent: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailEnd {
    Sent,
    /// The server defers the e-mail.
    Later,
    Refused,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub place: usize,
    pub offer: Offer,
    pub customer: DemoCustomer,
    /// For a grant that is delivered automatically: whether that failed, or waits for the customer.
    pub other_end: OtherEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OtherEnd {
    Delivered,
    Waiting,
    Failed,
}
