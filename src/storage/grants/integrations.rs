//! What the integrations other than `license_key` delivered: one row per grant that has anything of it.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::{Acceptance, GrantIntegration, GrantStatus};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{grant_integrations, grants};

#[derive(Queryable, Selectable)]
#[diesel(table_name = grant_integrations)]
pub(in crate::storage) struct IntegrationRow {
    oauth_url: Option<String>,
    oauth_expires_at: Option<i64>,
    digital_product_delivery: Option<String>,
    feature: Option<String>,
    accepted_at: Option<i64>,
    accepted_by: Option<String>,
}

impl From<IntegrationRow> for GrantIntegration {
    fn from(row: IntegrationRow) -> Self {
        Self {
            oauth_url: row.oauth_url,
            oauth_expires_at: from_optional(row.oauth_expires_at),
            digital_product_delivery: row.digital_product_delivery,
            feature: row.feature,
            acceptance: row
                .accepted_at
                .map(|at| Acceptance { at: from_micros(at), by: row.accepted_by.map(StaffId::stored) }),
        }
    }
}

/// Inserts the grant's row, unless all fields are empty.
pub(super) fn insert(tx: &mut Tx<'_>, id: &GrantId, integration: &GrantIntegration) -> Result<(), StorageError> {
    if *integration == GrantIntegration::default() {
        return Ok(());
    }
    let conn: &mut Conn = tx;
    diesel::insert_into(grant_integrations::table)
        .values((
            grant_integrations::grant_id.eq(id.as_str()),
            grant_integrations::oauth_url.eq(&integration.oauth_url),
            grant_integrations::oauth_expires_at.eq(integration.oauth_expires_at.map(to_micros)),
            grant_integrations::digital_product_delivery.eq(&integration.digital_product_delivery),
            grant_integrations::feature.eq(&integration.feature),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores that the customer of a grant, whose row the caller has locked, accepted an invitation, or that they did not.
pub(crate) fn set_acceptance(
    tx: &mut Tx<'_>,
    id: &GrantId,
    acceptance: Option<&Acceptance>,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = || {
        (
            grant_integrations::accepted_at.eq(acceptance.map(|acceptance| to_micros(acceptance.at))),
            grant_integrations::accepted_by
                .eq(acceptance.and_then(|acceptance| acceptance.by.as_ref()).map(StaffId::as_str)),
        )
    };
    if diesel::update(grant_integrations::table.find(id.as_str())).set(values()).execute(conn)? == 0 {
        diesel::insert_into(grant_integrations::table)
            .values((grant_integrations::grant_id.eq(id.as_str()), values()))
            .execute(conn)?;
    }
    Ok(())
}

/// Pending → Delivered, with a feature that is switched on and without an e-mail; `false` if it is no longer pending.
pub(crate) fn switch_on(
    tx: &mut Tx<'_>,
    id: &GrantId,
    feature: &str,
    delivered_by: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let pending = grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Pending.as_str()));
    let changed = diesel::update(pending)
        .set((
            grants::status.eq(GrantStatus::Delivered.as_str()),
            grants::delivered_by.eq(delivered_by),
            grants::delivered_at.eq(to_micros(now)),
            grants::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(false);
    }
    let own = grant_integrations::table.find(id.as_str());
    if diesel::update(own).set(grant_integrations::feature.eq(feature)).execute(conn)? == 0 {
        diesel::insert_into(grant_integrations::table)
            .values((grant_integrations::grant_id.eq(id.as_str()), grant_integrations::feature.eq(feature)))
            .execute(conn)?;
    }
    Ok(true)
}

/// The pending grants of features after this id, which is empty at the beginning, at most `limit`.
pub(crate) fn pending_features(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .filter(grants::integration_type.eq(IntegrationType::FeatureFlag.as_str()))
        .filter(grants::id.gt(after))
        .order(grants::id)
        .select(grants::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}
