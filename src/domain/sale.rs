//! A sale as it is reported.

use jiff::Timestamp;

use super::customer::EmailAddress;
use super::ids::{CustomerId, EntitlementId, GrantId};

/// One entitlement sold to one customer.
#[derive(Debug, Clone)]
pub struct Sale {
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
    /// Distinguishes several identical items of one sale; 1 is the first.
    pub ordinal: u32,
    /// A JSON object as text.
    pub metadata: String,
    /// When the sale took place; `None` for now.
    pub created_at: Option<Timestamp>,
}

impl Sale {
    /// What identifies two reports of the same sale; `None` if the sale has no id.
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
