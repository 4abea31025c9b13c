//! What the integrations other than `license_key` delivered: one row per grant that has anything of it.

use diesel::prelude::*;

use crate::domain::grant::{Acceptance, GrantIntegration};
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::grant_integrations;

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
