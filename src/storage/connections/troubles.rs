//! Grants that are out of step, as the connection's page lists them.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::connection::trouble::Trouble;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ConnectionId, CustomerId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::from_micros;
use crate::storage::schema::{customers, entitlements, grants, mirrored_grants};

/// A grant that is out of step.
#[derive(Debug, Clone)]
pub(crate) struct TroubleLine {
    pub grant_id: GrantId,
    pub status: GrantStatus,
    /// Whether a key is attached.
    pub has_key: bool,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub entitlement_name: String,
    pub trouble: Trouble,
    pub detail: Option<String>,
    pub at: Timestamp,
}

#[derive(Queryable)]
struct TroubleRow {
    grant_id: String,
    status: String,
    license_key_id: Option<String>,
    customer_id: String,
    customer_name: String,
    customer_email: String,
    entitlement_name: String,
    trouble: Option<String>,
    detail: Option<String>,
    at: Option<i64>,
}

impl TroubleRow {
    /// `None` for a trouble that only another version knows.
    fn line(self) -> Option<TroubleLine> {
        Some(TroubleLine {
            grant_id: GrantId::stored(self.grant_id),
            status: GrantStatus::parse(&self.status)?,
            has_key: self.license_key_id.is_some(),
            customer_id: CustomerId::stored(self.customer_id),
            customer_name: self.customer_name,
            customer_email: EmailAddress::stored(self.customer_email),
            entitlement_name: self.entitlement_name,
            trouble: Trouble::parse(self.trouble.as_deref()?)?,
            detail: self.detail,
            at: from_micros(self.at?),
        })
    }
}

/// The grants of a connection that are out of step, the newest trouble first.
pub(crate) fn newest(conn: &mut Conn, id: &ConnectionId, limit: i64) -> Result<Vec<TroubleLine>, StorageError> {
    let rows: Vec<TroubleRow> = mirrored_grants::table
        .inner_join(grants::table.inner_join(customers::table).inner_join(entitlements::table))
        .filter(mirrored_grants::connection_id.eq(id.as_str()))
        .filter(mirrored_grants::trouble.is_not_null())
        .order((mirrored_grants::trouble_at.desc(), mirrored_grants::grant_id))
        .limit(limit)
        .select((
            grants::id,
            grants::status,
            grants::license_key_id,
            customers::id,
            customers::name,
            customers::email,
            entitlements::name,
            mirrored_grants::trouble,
            mirrored_grants::trouble_detail,
            mirrored_grants::trouble_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(TroubleRow::line).collect())
}

/// Removes what was noted in words about the troubles of a customer's grants.
pub(crate) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let theirs = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    diesel::update(mirrored_grants::table.filter(mirrored_grants::grant_id.eq_any(theirs)))
        .filter(mirrored_grants::trouble_detail.is_not_null())
        .set(mirrored_grants::trouble_detail.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}
