//! A sale that could not become grants, and waits for a person.

use jiff::Timestamp;

use crate::domain::ids::{ConnectionId, HeldSaleId, HookId};

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeldReason {
    /// Nobody has said what the shop's word for the product means.
    UnknownProduct,
    /// The shop has not told an address, or none that can be read.
    NoAddress,
    TestOrder,
}

impl HeldReason {
    pub const ALL: [Self; 3] = [Self::UnknownProduct, Self::NoAddress, Self::TestOrder];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownProduct => "unknown_product",
            Self::NoAddress => "no_address",
            Self::TestOrder => "test_order",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldDecision {
    /// It became grants, or needs none.
    Done,
    /// A person skipped it.
    Dropped,
}

impl HeldDecision {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Dropped].into_iter().find(|decision| decision.as_str() == text)
    }
}

/// A held sale.
#[derive(Debug, Clone)]
pub struct HeldSale {
    pub id: HeldSaleId,
    pub connection_id: ConnectionId,
    /// The delivery that has the order.
    pub hook_id: HookId,
    pub shop: String,
    /// The order in its shop; one sale is held of it.
    pub order_key: String,
    /// How people call the order.
    pub label: String,
    pub why: HeldReason,
    /// The word for the unknown product, folded; empty for other reasons.
    pub word: String,
    /// The shop's most exact word for what was bought.
    pub shown: String,
    /// How the shop names it in full; may be empty.
    pub title: String,
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    pub decision: Option<HeldDecision>,
}
