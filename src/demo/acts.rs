//! What can happen in the demo's story.

use jiff::Timestamp;

use super::customers::DemoCustomer;
use super::offers::{KeyStyle, Offer};

/// What happens, and when.
#[derive(Debug)]
pub struct Act {
    pub at: Timestamp,
    pub what: What,
}

#[derive(Debug)]
pub enum What {
    /// An order comes in; `place` numbers orders.
    Order(Box<Order>),
    /// Somebody takes the grant, to deliver it or for now.
    Hold {
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
pub enum MailEnd {
    Sent,
    /// The server asks to come back later.
    Later,
    Refused,
}

#[derive(Debug)]
pub struct Order {
    pub place: usize,
    pub offer: Offer,
    pub customer: DemoCustomer,
    /// Of a grant that delivers itself: whether that failed, or waits for the customer.
    pub other_end: OtherEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherEnd {
    Delivered,
    Waiting,
    Failed,
}
