//! How far a connection has been looked at: which entitlements are due next, what is known of grants and customers, and how
//! many calls that took.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sum;
use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ConnectionId, EntitlementId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_optional, to_micros};
use crate::storage::schema::{connection_events, grants, mirrored_customers, mirrored_entitlements, mirrored_grants};

/// Where a walk over what is known ends.
const MOST: i64 = 20_000;

/// The entitlements that the account lists, those first whose grants were looked at longest ago.
pub(crate) fn listed(conn: &mut Conn, id: &ConnectionId) -> Result<Vec<EntitlementId>, StorageError> {
    let ids: Vec<String> = mirrored_entitlements::table
        .filter(mirrored_entitlements::connection_id.eq(id.as_str()))
        .filter(mirrored_entitlements::is_listed.eq(true))
        .order((mirrored_entitlements::seen_at, mirrored_entitlements::entitlement_id))
        .select(mirrored_entitlements::entitlement_id)
        .load(conn)?;
    Ok(ids.into_iter().map(EntitlementId::stored).collect())
}

/// Notes whether the account lists an entitlement that is known.
pub(crate) fn note_listed(tx: &mut Tx<'_>, id: &EntitlementId, is_listed: bool) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_entitlements::table.find(id.as_str()))
        .set(mirrored_entitlements::is_listed.eq(is_listed))
        .execute(conn)?;
    Ok(())
}

/// Notes that all grants of an entitlement were looked at.
pub(crate) fn note_walked(tx: &mut Tx<'_>, id: &EntitlementId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_entitlements::table.find(id.as_str()))
        .set(mirrored_entitlements::seen_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}

/// How a grant was last seen there, and how far it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub remote_status: String,
    pub remote_updated_at: Option<Timestamp>,
    pub status: String,
}

/// How these grants were last seen, by id; those that are not mirrored are left out.
pub(crate) fn seen(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, Seen>, StorageError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, String, Option<i64>, String)> = mirrored_grants::table
        .inner_join(grants::table)
        .filter(mirrored_grants::grant_id.eq_any(ids))
        .select((
            mirrored_grants::grant_id,
            mirrored_grants::remote_status,
            mirrored_grants::remote_updated_at,
            grants::status,
        ))
        .load(conn)?;
    let seen = rows.into_iter().map(|(id, remote_status, at, status)| {
        (id, Seen { remote_status, remote_updated_at: from_optional(at), status })
    });
    Ok(seen.collect())
}

/// A mirrored grant and its customer there.
pub(crate) type Known = (GrantId, String);

/// The mirrored grants of an entitlement that have this status here.
pub(crate) fn known(conn: &mut Conn, id: &EntitlementId, status: GrantStatus) -> Result<Vec<Known>, StorageError> {
    let rows: Vec<(String, String)> = grants::table
        .inner_join(mirrored_grants::table)
        .filter(grants::entitlement_id.eq(id.as_str()))
        .filter(grants::status.eq(status.as_str()))
        .limit(MOST)
        .select((grants::id, mirrored_grants::remote_customer_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, customer)| (GrantId::stored(id), customer)).collect())
}

/// Which of these customers there are known here.
pub(crate) fn known_customers(
    conn: &mut Conn,
    id: &ConnectionId,
    remote_ids: &[&str],
) -> Result<HashSet<String>, StorageError> {
    if remote_ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<String> = mirrored_customers::table
        .filter(mirrored_customers::connection_id.eq(id.as_str()))
        .filter(mirrored_customers::remote_id.eq_any(remote_ids))
        .select(mirrored_customers::remote_id)
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// A pending grant of which it is not known yet how many were bought, with its payment and its subscription.
pub(crate) type Bought = (GrantId, Option<String>, Option<String>);

/// Some of the pending grants of which it is not known yet how many were bought.
pub(crate) fn without_quantity(conn: &mut Conn, id: &ConnectionId, limit: i64) -> Result<Vec<Bought>, StorageError> {
    let rows: Vec<(String, Option<String>, Option<String>)> = mirrored_grants::table
        .inner_join(grants::table)
        .filter(mirrored_grants::connection_id.eq(id.as_str()))
        .filter(mirrored_grants::quantity.is_null())
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .limit(limit)
        .select((mirrored_grants::grant_id, grants::payment_id, grants::subscription_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, payment, subscription)| (GrantId::stored(id), payment, subscription)).collect())
}

/// Notes how many were bought.
pub(crate) fn note_quantity(tx: &mut Tx<'_>, id: &GrantId, quantity: i32) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_grants::table.find(id.as_str()))
        .set(mirrored_grants::quantity.eq(quantity))
        .execute(conn)?;
    Ok(())
}

/// How long the vendor's e-mail has to be sent before its log is looked at.
const MAIL_TIME: i64 = 5 * 60 * 1_000_000;

/// Some of the grants that were delivered in this span and have not been looked at since their e-mail had time to be sent.
pub(crate) fn delivered_between(
    conn: &mut Conn,
    id: &ConnectionId,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Known>, StorageError> {
    let rows: Vec<(String, String)> = grants::table
        .inner_join(mirrored_grants::table)
        .filter(mirrored_grants::connection_id.eq(id.as_str()))
        .filter(grants::status.eq(GrantStatus::Delivered.as_str()))
        .filter(grants::delivered_at.ge(to_micros(from)))
        .filter(grants::delivered_at.lt(to_micros(until) - MAIL_TIME))
        .filter(mirrored_grants::seen_at.nullable().lt(grants::delivered_at + MAIL_TIME))
        .order(grants::delivered_at)
        .limit(limit)
        .select((grants::id, mirrored_grants::remote_customer_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, customer)| (GrantId::stored(id), customer)).collect())
}

/// Notes that a grant was looked at.
pub(crate) fn note_seen(tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_grants::table.find(id.as_str()))
        .set(mirrored_grants::seen_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}

/// How many calls were noted since a moment.
pub(crate) fn calls_since(conn: &mut Conn, id: &ConnectionId, since: Timestamp) -> Result<i64, StorageError> {
    let calls: Option<i64> = connection_events::table
        .filter(connection_events::connection_id.eq(id.as_str()))
        .filter(connection_events::at.gt(to_micros(since)))
        .select(sum(connection_events::calls))
        .first(conn)?;
    Ok(calls.unwrap_or_default())
}

/// When something last happened that went well; `None` if it never did, or longer ago than events are kept.
pub(crate) fn last_of(conn: &mut Conn, id: &ConnectionId, what: &str) -> Result<Option<Timestamp>, StorageError> {
    let at: Option<i64> = connection_events::table
        .filter(connection_events::connection_id.eq(id.as_str()))
        .filter(connection_events::what.eq(what))
        .filter(connection_events::is_ok.eq(true))
        .order((connection_events::at.desc(), connection_events::id.desc()))
        .select(connection_events::at)
        .first(conn)
        .optional()?;
    Ok(from_optional(at))
}

/// Some of the customers there who were read longest ago, before that moment.
pub(crate) fn old_customers(
    conn: &mut Conn,
    id: &ConnectionId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    Ok(mirrored_customers::table
        .filter(mirrored_customers::connection_id.eq(id.as_str()))
        .filter(mirrored_customers::seen_at.lt(to_micros(before)))
        .order(mirrored_customers::seen_at)
        .limit(limit)
        .select(mirrored_customers::remote_id)
        .load(conn)?)
}

/// Notes that a customer was looked for.
pub(crate) fn note_customer_seen(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    remote_id: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(mirrored_customers::table.find((id.as_str(), remote_id)))
        .set(mirrored_customers::seen_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}
