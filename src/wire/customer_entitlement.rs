//! A customer's entitlements in short form.

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;
use super::text::{IntegrationType, optional_time, time};
use crate::domain::grant::GrantStatus;
use crate::storage::grants;

/// One of a customer's grants with its entitlement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CustomerEntitlement {
    pub entitlement_id: String,
    pub entitlement_name: String,
    #[schema(required)]
    pub entitlement_description: Option<String>,
    pub grant_id: String,
    pub integration_type: IntegrationType,
    /// Lower case, unlike in other objects.
    pub status: LowerGrantStatus,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    #[schema(format = DateTime, required)]
    pub delivered_at: Option<String>,
    #[schema(format = DateTime, required)]
    pub revoked_at: Option<String>,
}

names! {
    /// The state of a grant, in lower case.
    LowerGrantStatus of GrantStatus, "lowercase": Pending, Delivered, Failed, Revoked
}

impl From<grants::api_list::CustomerEntitlement> for CustomerEntitlement {
    fn from(row: grants::api_list::CustomerEntitlement) -> Self {
        Self {
            entitlement_id: row.entitlement_id.to_string(),
            entitlement_name: row.entitlement_name,
            entitlement_description: row.entitlement_description,
            grant_id: row.grant_id.to_string(),
            integration_type: row.integration_type.into(),
            status: row.status.into(),
            created_at: time(row.created_at),
            updated_at: time(row.updated_at),
            delivered_at: optional_time(row.delivered_at),
            revoked_at: optional_time(row.revoked_at),
        }
    }
}
