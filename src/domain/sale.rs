//! A sale as it is reported.

pub mod held;
pub mod import;
pub(crate) mod task;

use jiff::Timestamp;

use super::customer::EmailAddress;
use super::ids::{EntitlementId, GrantId};

/// One entitlement sold to one customer, as one report tells it.
#[derive(Debug, Clone)]
pub struct Sale {
    /// The shop that numbers the order, or [`NO_SHOP`].
    pub shop: String,
    /// An id from the upstream system, used unchanged.
    pub grant_id: Option<GrantId>,
    pub entitlement_id: EntitlementId,
    pub customer_email: EmailAddress,
    /// `None` leaves the name of an existing customer unchanged.
    pub customer_name: Option<String>,
    pub customer_locale: Option<String>,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub external_id: Option<String>,
    pub quantity: Quantity,
    /// A JSON object as text.
    pub metadata: String,
    /// When the sale took place; `None` for now.
    pub created_at: Option<Timestamp>,
}

impl Sale {
    /// The ids by which the sale is known, in a fixed order.
    pub fn ids(&self) -> Vec<SaleReference> {
        let ids = [
            (SaleIdKind::Payment, &self.payment_id),
            (SaleIdKind::Subscription, &self.subscription_id),
            (SaleIdKind::External, &self.external_id),
        ];
        ids.into_iter().filter_map(|(kind, id)| Some(SaleReference { kind, value: id.clone()? })).collect()
    }
}

/// The shop of sales that are reported in our own columns, by API or by a form.
pub const NO_SHOP: &str = "none";

/// What kind of id a sale is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaleIdKind {
    Payment,
    Subscription,
    External,
}

impl SaleIdKind {
    pub const ALL: [Self; 3] = [Self::Payment, Self::Subscription, Self::External];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Subscription => "subscription",
            Self::External => "external",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The field that carries it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Payment => "payment_id",
            Self::Subscription => "subscription_id",
            Self::External => "external_id",
        }
    }
}

/// One of the ids that a sale is known by in its shop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaleReference {
    pub kind: SaleIdKind,
    pub value: String,
}

/// How many of the entitlement a report tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// It does not say: one of a new sale, and no change of a known one.
    Unsaid,
    /// So many in all.
    All(u32),
    /// A line of a list that may have further lines of the same order and product, so that it can only add.
    Line {
        /// `None` if the line does not say: one.
        own: Option<u32>,
        /// How many lines of this order and product came before it.
        lines_before: u32,
        /// How many pieces those had in all.
        pieces_before: u32,
    },
}

impl Quantity {
    /// How many there are in all so far, as the report tells it.
    pub fn told(self) -> Option<u32> {
        match self {
            Self::Unsaid | Self::Line { own: None, lines_before: 0, .. } => None,
            Self::All(count) => Some(count),
            Self::Line { own, pieces_before, .. } => Some(pieces_before.saturating_add(own.unwrap_or(1))),
        }
    }

    /// How many a sale has at first that nobody knew before.
    pub fn at_first(self) -> u32 {
        self.told().unwrap_or(1)
    }

    /// The number of the line among those of its product, from 1.
    pub fn ordinal(self) -> u32 {
        match self {
            Self::Line { lines_before, .. } => lines_before.saturating_add(1),
            Self::Unsaid | Self::All(_) => 1,
        }
    }

    /// Whether what a report leaves out is to be taken back.
    pub fn may_reduce(self) -> bool {
        matches!(self, Self::All(_))
    }
}

/// How much of a sale was paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundExtent {
    Full,
    Partial,
}

impl RefundExtent {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Full, Self::Partial].into_iter().find(|extent| extent.as_str() == text)
    }
}

/// The revocation reason of grants whose sale was refunded.
pub const REFUND_REASON: &str = "refund";

/// The revocation reason of grants that a sale has no longer.
pub const QUANTITY_REDUCED_REASON: &str = "quantity_reduced";
