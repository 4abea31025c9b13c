//! A task: something about a sale that needs a person's decision.

use jiff::Timestamp;

use crate::domain::ids::{CustomerId, GrantId, SaleId, TaskId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($variant,)* }

        impl $name {
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

words! {
    /// Why a person has to decide.
    TaskKind {
        AddressDiffers = "address_differs",
        TooManyDelivered = "too_many_delivered",
        TwoSales = "two_sales",
        PartialRefund = "partial_refund",
        RenewalRefund = "renewal_refund",
        FullRefund = "full_refund",
        Dispute = "dispute",
        OrderDeleted = "order_deleted",
        RevokedRenewed = "revoked_renewed",
        InvitationLost = "invitation_lost",
    }
}

words! {
    /// What a person decided.
    Decision {
        UseNewAddress = "use_new_address",
        KeepOldAddress = "keep_old_address",
        Settled = "settled",
        Revoke = "revoke",
    }
}

impl TaskKind {
    /// The decisions to choose from.
    pub fn decisions(self) -> &'static [Decision] {
        match self {
            Self::AddressDiffers => &[Decision::UseNewAddress, Decision::KeepOldAddress],
            Self::PartialRefund | Self::RenewalRefund | Self::FullRefund | Self::Dispute | Self::OrderDeleted => {
                &[Decision::Settled, Decision::Revoke]
            }
            _ => &[Decision::Settled],
        }
    }
}

/// A task, open or settled.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    pub sale_id: SaleId,
    /// The grant on whose page it stands first.
    pub grant_id: GrantId,
    /// The customer with the other address.
    pub customer_id: Option<CustomerId>,
    /// A grant of the other sale.
    pub other_grant_id: Option<GrantId>,
    pub payment_id: Option<String>,
    /// How many the sale has according to the shop.
    pub quantity: Option<i32>,
    /// The reason that came with a refund.
    pub note: Option<String>,
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}
