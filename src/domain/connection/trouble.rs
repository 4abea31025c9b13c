//! What is out of step between a mirrored grant here and there, and needs a person to look at it.

use jiff::Timestamp;

use crate::domain::ids::{ConnectionId, GrantId};

macro_rules! troubles {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What is out of step.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Trouble { $($(#[$doc])* $variant,)* }

        impl Trouble {
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

troubles! {
    /// Somebody supplied another key there; ours was not used.
    DeliveredElsewhere = "delivered_elsewhere",
    /// The key belongs to another grant there; the grant waits for another one.
    KeyKnownThere = "key_known_there",
    /// The vendor's e-mail did not arrive.
    EmailBounced = "email_bounced",
    /// The account does not know the grant.
    NotFound = "not_found",
    /// The account refused the key or its limits.
    Refused = "refused",
    /// The customer disputes the payment.
    Disputed = "disputed",
    /// A part of the payment was refunded.
    PartlyRefunded = "partly_refunded",
}

/// A grant whose truth is elsewhere.
#[derive(Debug, Clone)]
pub struct MirroredGrant {
    pub grant_id: GrantId,
    pub connection_id: ConnectionId,
    pub remote_customer_id: String,
    /// Its status as last seen there, in lower case.
    pub remote_status: String,
    pub remote_updated_at: Option<Timestamp>,
    /// How many were bought, where the purchase says so.
    pub quantity: Option<i32>,
    pub trouble: Option<Trouble>,
    /// More about the trouble: the vendor's words or a code.
    pub trouble_detail: Option<String>,
    pub trouble_at: Option<Timestamp>,
}
