//! The filters of lists of grants.

use crate::api::Query;
use crate::api::request::described::params;
use crate::domain::customer::EmailAddress;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::storage::grants::api_list::GrantScope;
use crate::wire;

params! {
    /// Only grants of this customer.
    OfCustomer {
        #[param(value_type = Option<String>)]
        customer_id: CustomerId = ("a customer's id", |text| CustomerId::parse(text).ok()),
    }
}

params! {
    /// Only grants of this entitlement.
    OfEntitlement {
        #[param(value_type = Option<String>)]
        entitlement_id: EntitlementId = ("an entitlement's id", |text| EntitlementId::parse(text).ok()),
    }
}

params! {
    /// Only grants in this state and of this type.
    GrantFilters {
        /// Case-insensitive.
        #[param(value_type = Option<wire::grant::GrantStatusName>)]
        status: GrantStatus = ("Pending, Delivered, Failed or Revoked", |text| {
            GrantStatus::parse(&text.to_ascii_lowercase())
        }),
        #[param(value_type = Option<wire::text::IntegrationType>)]
        integration_type: IntegrationType = ("one of the integration types", IntegrationType::parse),
    }
}

params! {
    /// Only grants of this sale.
    OfSale {
        payment_id: String = ("an id", |text| Some(text.to_owned())),
        subscription_id: String = ("an id", |text| Some(text.to_owned())),
        /// The shop's order number.
        external_id: String = ("an id", |text| Some(text.to_owned())),
        /// The customer's address, compared without case.
        #[param(value_type = Option<String>)]
        customer_email: EmailAddress = ("an e-mail address", |text| EmailAddress::parse(text).ok()),
    }
}

/// The grants to list; without a customer or an entitlement in the path, the query may name them.
pub(crate) fn read(
    query: &mut Query,
    customer_id: Option<CustomerId>,
    entitlement_id: Option<EntitlementId>,
) -> GrantScope {
    let customer_id = customer_id.or_else(|| OfCustomer::read(query).customer_id);
    let entitlement_id = entitlement_id.or_else(|| OfEntitlement::read(query).entitlement_id);
    let GrantFilters { status, integration_type } = GrantFilters::read(query);
    GrantScope { customer_id, entitlement_id, status, integration_type, ..GrantScope::default() }
}
