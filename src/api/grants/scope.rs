//! The filters of a list of grants.

use utoipa::IntoParams;

use crate::api::Query;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::storage::grants::api_list::GrantScope;
use crate::wire;

/// The parameters of `GET /grants`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described; the parameters are read one by one")]
pub struct GrantsOfEverything {
    #[param(required = false)]
    customer_id: Option<String>,
    #[param(required = false)]
    entitlement_id: Option<String>,
    /// Case-insensitive.
    #[param(value_type = Option<wire::grant::GrantStatusName>)]
    status: Option<String>,
    #[param(value_type = Option<wire::text::IntegrationType>)]
    integration_type: Option<String>,
    /// Default: 10.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u32>,
    /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
    #[param(minimum = 0)]
    page_number: Option<u32>,
}

/// Parses the filters; errors are added to those of the query.
pub fn parse(query: &mut Query) -> GrantScope {
    GrantScope {
        customer_id: query.parsed("customer_id", "a customer's id", |text| CustomerId::parse(text).ok()),
        entitlement_id: query.parsed("entitlement_id", "an entitlement's id", |text| EntitlementId::parse(text).ok()),
        status: query.parsed("status", "Pending, Delivered, Failed or Revoked", |text| {
            GrantStatus::parse(&text.to_ascii_lowercase())
        }),
        integration_type: query.parsed("integration_type", "one of the integration types", IntegrationType::parse),
    }
}
