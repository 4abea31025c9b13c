//! A sale as it is reported: by the form, by a file, later by a program.

use jiff::Timestamp;

use super::customer::EmailAddress;
use super::ids::{CustomerId, EntitlementId, GrantId};

/// One sold entitlement for one customer.
#[derive(Debug, Clone)]
pub struct Sale {
    /// An id from upstream that is kept as it is.
    pub grant_id: Option<GrantId>,
    pub entitlement_id: EntitlementId,
    pub customer_email: EmailAddress,
    /// `None` keeps the name of a customer who is known already.
    pub customer_name: Option<String>,
    pub customer_locale: Option<String>,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub external_id: Option<String>,
    /// Which of several like items of one sale this is; 1 is the first.
    pub ordinal: u32,
    /// A JSON object as text.
    pub metadata: String,
    /// When the sale was made; `None` is now.
    pub created_at: Option<Timestamp>,
}

impl Sale {
    /// What makes two reports the same sale; `None` where no id tells.
    pub fn identity(&self, customer_id: &CustomerId) -> Option<String> {
        let reference = match (&self.payment_id, &self.subscription_id, &self.external_id) {
            (Some(id), _, _) => format!("payment {id}"),
            (None, Some(id), _) => format!("subscription {id}"),
            (None, None, Some(id)) => format!("external {id}"),
            (None, None, None) => return None,
        };
        Some(format!("{} {customer_id} {reference} {}", self.entitlement_id, self.ordinal))
    }
}
