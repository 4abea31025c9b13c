//! Grants by page number, newest first, for the API.

use diesel::prelude::*;

use super::GrantRow;
use crate::domain::customer::EmailAddress;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{CustomerId, EntitlementId, GrantId};
use crate::domain::page::number::PageNumber;
use crate::domain::sale::SaleReference;
use crate::storage::customers::{self, merging::living};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional};
use crate::storage::schema::{entitlements, grant_handling, grant_integrations, grants, sale_ids, sale_lines};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use jiff::Timestamp;

/// What the list is filtered by; empty means everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct GrantScope {
    pub customer_id: Option<CustomerId>,
    pub entitlement_id: Option<EntitlementId>,
    pub status: Option<GrantStatus>,
    pub integration_type: Option<IntegrationType>,
    /// Ids that the grant's sale is known by, of a renewal too.
    pub sale_ids: Vec<SaleReference>,
    pub customer_email: Option<EmailAddress>,
}

/// A page of grants.
pub(crate) fn list(conn: &mut Conn, scope: &GrantScope, page: PageNumber) -> Result<Vec<Grant>, StorageError> {
    let mut query = grants::table
        .left_join(grant_integrations::table)
        .left_join(grant_handling::table)
        .select(GrantRow::as_select())
        .into_boxed();
    if let Some(id) = &scope.customer_id {
        query = query.filter(grants::customer_id.eq(living(conn, id)?.to_string()));
    }
    if let Some(id) = &scope.entitlement_id {
        query = query.filter(grants::entitlement_id.eq(id.to_string()));
    }
    if let Some(status) = scope.status {
        query = query.filter(grants::status.eq(status.as_str()));
    }
    if let Some(kind) = scope.integration_type {
        query = query.filter(grants::integration_type.eq(kind.as_str()));
    }
    for id in &scope.sale_ids {
        let lines = sale_lines::table
            .inner_join(sale_ids::table.on(sale_ids::sale_id.eq(sale_lines::sale_id)))
            .filter(sale_ids::value.eq(id.value.clone()))
            .filter(sale_ids::kind.eq(id.kind.as_str()))
            .select(sale_lines::id.nullable());
        query = query.filter(grants::sale_line_id.eq_any(lines));
    }
    if let Some(email) = &scope.customer_email {
        let Some(customer) = customers::find_by_email(conn, email)? else { return Ok(Vec::new()) };
        query = query.filter(grants::customer_id.eq(customer.id.to_string()));
    }
    let rows = query
        .order((grants::created_at.desc(), grants::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load::<GrantRow>(conn)?;
    rows.into_iter().map(Grant::try_from).collect()
}

/// One of a customer's grants, with its entitlement.
#[derive(Debug, Clone)]
pub(crate) struct CustomerEntitlement {
    pub grant_id: GrantId,
    pub entitlement_id: EntitlementId,
    pub entitlement_name: String,
    pub entitlement_description: Option<String>,
    pub integration_type: IntegrationType,
    pub status: GrantStatus,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Queryable)]
struct CustomerEntitlementRow {
    grant_id: String,
    entitlement_id: String,
    entitlement_name: String,
    entitlement_description: Option<String>,
    integration_type: String,
    status: String,
    created_at: i64,
    updated_at: i64,
    delivered_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<CustomerEntitlementRow> for CustomerEntitlement {
    type Error = StorageError;

    fn try_from(row: CustomerEntitlementRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the state of {}", row.grant_id));
        Ok(Self {
            status: GrantStatus::parse(&row.status).ok_or_else(corrupt)?,
            integration_type: IntegrationType::parse(&row.integration_type).ok_or_else(corrupt)?,
            grant_id: GrantId::stored(row.grant_id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            entitlement_name: row.entitlement_name,
            entitlement_description: row.entitlement_description,
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
            delivered_at: from_optional(row.delivered_at),
            revoked_at: from_optional(row.revoked_at),
        })
    }
}

/// The maximum number of a customer's grants in one response.
const MOST_OF_ONE_CUSTOMER: i64 = 1_000;

/// A customer's grants with their entitlements, newest first, at most 1,000.
pub(crate) fn of_customer(conn: &mut Conn, id: &CustomerId) -> Result<Vec<CustomerEntitlement>, StorageError> {
    let id = living(conn, id)?;
    let rows: Vec<CustomerEntitlementRow> = grants::table
        .inner_join(entitlements::table)
        .filter(grants::customer_id.eq(id.as_str()))
        .order((grants::created_at.desc(), grants::id.desc()))
        .select((
            grants::id,
            grants::entitlement_id,
            entitlements::name,
            entitlements::description,
            grants::integration_type,
            grants::status,
            grants::created_at,
            grants::updated_at,
            grants::delivered_at,
            grants::revoked_at,
        ))
        .inline_limit(MOST_OF_ONE_CUSTOMER)
        .load(conn)?;
    rows.into_iter().map(CustomerEntitlement::try_from).collect()
}
