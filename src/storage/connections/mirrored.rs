//! What is mirrored: entitlements, customers and grants whose truth is elsewhere.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::connection::trouble::{MirroredGrant, Trouble};
use crate::domain::ids::{ConnectionId, CustomerId, EntitlementId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_optional, to_micros};
use crate::storage::schema::{grants, mirrored_customers, mirrored_entitlements, mirrored_grants};

#[derive(Queryable, Selectable)]
#[diesel(table_name = mirrored_grants)]
struct MirroredGrantRow {
    grant_id: String,
    connection_id: String,
    remote_customer_id: String,
    remote_status: String,
    remote_updated_at: Option<i64>,
    quantity: Option<i32>,
    trouble: Option<String>,
    trouble_detail: Option<String>,
    trouble_at: Option<i64>,
}

impl From<MirroredGrantRow> for MirroredGrant {
    fn from(row: MirroredGrantRow) -> Self {
        Self {
            grant_id: GrantId::stored(row.grant_id),
            connection_id: ConnectionId::stored(row.connection_id),
            remote_customer_id: row.remote_customer_id,
            remote_status: row.remote_status,
            remote_updated_at: from_optional(row.remote_updated_at),
            quantity: row.quantity,
            trouble: row.trouble.as_deref().and_then(Trouble::parse),
            trouble_detail: row.trouble_detail,
            trouble_at: from_optional(row.trouble_at),
        }
    }
}

/// The connection's view of a grant; `None` if it is not mirrored.
pub(crate) fn grant(conn: &mut Conn, id: &GrantId) -> Result<Option<MirroredGrant>, StorageError> {
    let row: Option<MirroredGrantRow> =
        mirrored_grants::table.find(id.as_str()).select(MirroredGrantRow::as_select()).first(conn).optional()?;
    Ok(row.map(MirroredGrant::from))
}

/// Stores how a grant was seen. Its trouble is left as it is.
pub(crate) fn note_grant(tx: &mut Tx<'_>, seen: &MirroredGrant, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (
        mirrored_grants::connection_id.eq(seen.connection_id.as_str()),
        mirrored_grants::remote_customer_id.eq(&seen.remote_customer_id),
        mirrored_grants::remote_status.eq(&seen.remote_status),
        mirrored_grants::remote_updated_at.eq(seen.remote_updated_at.map(to_micros)),
        mirrored_grants::quantity.eq(seen.quantity),
        mirrored_grants::seen_at.eq(to_micros(now)),
    );
    let known = diesel::update(mirrored_grants::table.find(seen.grant_id.as_str())).set(values).execute(conn)?;
    if known == 0 {
        diesel::insert_into(mirrored_grants::table)
            .values((mirrored_grants::grant_id.eq(seen.grant_id.as_str()), values))
            .execute(conn)?;
    }
    Ok(())
}

/// Sets or clears what is out of step.
pub(crate) fn set_trouble(
    tx: &mut Tx<'_>,
    id: &GrantId,
    trouble: Option<(Trouble, &str)>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_grants::table.find(id.as_str()))
        .set((
            mirrored_grants::trouble.eq(trouble.map(|(trouble, _)| trouble.as_str())),
            mirrored_grants::trouble_detail.eq(trouble.map(|(_, detail)| detail).filter(|detail| !detail.is_empty())),
            mirrored_grants::trouble_at.eq(trouble.map(|_| to_micros(now))),
        ))
        .execute(conn)?;
    Ok(())
}

/// The connection that an entitlement is mirrored through; `None` if it is Keydesk's own.
pub(crate) fn connection_of(conn: &mut Conn, id: &EntitlementId) -> Result<Option<ConnectionId>, StorageError> {
    let found: Option<String> = mirrored_entitlements::table
        .find(id.as_str())
        .select(mirrored_entitlements::connection_id)
        .first(conn)
        .optional()?;
    Ok(found.map(ConnectionId::stored))
}

/// The entitlements that are mirrored through a connection.
pub(crate) fn entitlements(conn: &mut Conn, id: &ConnectionId) -> Result<Vec<EntitlementId>, StorageError> {
    let ids: Vec<String> = mirrored_entitlements::table
        .filter(mirrored_entitlements::connection_id.eq(id.as_str()))
        .order(mirrored_entitlements::entitlement_id)
        .select(mirrored_entitlements::entitlement_id)
        .load(conn)?;
    Ok(ids.into_iter().map(EntitlementId::stored).collect())
}

/// Stores that an entitlement was seen, or is not listed any more.
pub(crate) fn note_entitlement(
    tx: &mut Tx<'_>,
    connection_id: &ConnectionId,
    id: &EntitlementId,
    is_listed: bool,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (
        mirrored_entitlements::connection_id.eq(connection_id.as_str()),
        mirrored_entitlements::is_listed.eq(is_listed),
        mirrored_entitlements::seen_at.eq(to_micros(now)),
    );
    let known = diesel::update(mirrored_entitlements::table.find(id.as_str())).set(values).execute(conn)?;
    if known == 0 {
        diesel::insert_into(mirrored_entitlements::table)
            .values((mirrored_entitlements::entitlement_id.eq(id.as_str()), values))
            .execute(conn)?;
    }
    Ok(())
}

/// Who a customer of the account is here.
pub(crate) fn customer(
    conn: &mut Conn,
    connection_id: &ConnectionId,
    remote_id: &str,
) -> Result<Option<CustomerId>, StorageError> {
    let found: Option<String> = mirrored_customers::table
        .find((connection_id.as_str(), remote_id))
        .select(mirrored_customers::customer_id)
        .first(conn)
        .optional()?;
    Ok(found.map(CustomerId::stored))
}

/// The ids that a customer has at accounts.
pub(crate) fn remote_ids(conn: &mut Conn, id: &CustomerId) -> Result<Vec<String>, StorageError> {
    let ids = mirrored_customers::table.filter(mirrored_customers::customer_id.eq(id.as_str()));
    Ok(ids.select(mirrored_customers::remote_id).load(conn)?)
}

/// Stores who a customer of the account is here.
pub(crate) fn note_customer(
    tx: &mut Tx<'_>,
    connection_id: &ConnectionId,
    remote_id: &str,
    id: &CustomerId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (mirrored_customers::customer_id.eq(id.as_str()), mirrored_customers::seen_at.eq(to_micros(now)));
    let known = diesel::update(mirrored_customers::table.find((connection_id.as_str(), remote_id)))
        .set(values)
        .execute(conn)?;
    if known == 0 {
        diesel::insert_into(mirrored_customers::table)
            .values((
                mirrored_customers::connection_id.eq(connection_id.as_str()),
                mirrored_customers::remote_id.eq(remote_id),
                values,
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A mirrored grant of a purchase, and its customer there.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    pub grant_id: GrantId,
    pub entitlement_id: EntitlementId,
    pub remote_customer_id: String,
}

/// The most grants of one purchase.
const MOST_OF_PURCHASE: i64 = 100;

/// The grants of a connection that a payment or a subscription has brought.
pub(crate) fn purchased(
    conn: &mut Conn,
    id: &ConnectionId,
    payment_id: Option<&str>,
    subscription_id: Option<&str>,
) -> Result<Vec<Purchase>, StorageError> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    let of_connection = || {
        grants::table
            .inner_join(mirrored_grants::table)
            .filter(mirrored_grants::connection_id.eq(id.as_str()))
            .select((grants::id, grants::entitlement_id, mirrored_grants::remote_customer_id))
            .limit(MOST_OF_PURCHASE)
    };
    if let Some(payment_id) = payment_id {
        found.extend(of_connection().filter(grants::payment_id.eq(payment_id)).load::<(String, String, String)>(conn)?);
    }
    if let Some(subscription_id) = subscription_id {
        let of_subscription = of_connection().filter(grants::subscription_id.eq(subscription_id));
        found.extend(of_subscription.load::<(String, String, String)>(conn)?);
    }
    found.sort();
    found.dedup();
    let purchase = |(grant_id, entitlement_id, remote_customer_id)| Purchase {
        grant_id: GrantId::stored(grant_id),
        entitlement_id: EntitlementId::stored(entitlement_id),
        remote_customer_id,
    };
    Ok(found.into_iter().map(purchase).collect())
}
