//! The grants of one sale: as many as were sold.

use diesel::prelude::*;

use crate::domain::grant::Grant;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::grants;

/// Which of how many grants this one is among those of the same entitlement in the same sale, counted from 1; `None` if
/// it is the only one.
pub fn place_in_sale(conn: &mut Conn, grant: &Grant) -> Result<Option<(usize, usize)>, StorageError> {
    if grant.payment_id.is_none() && grant.external_id.is_none() && grant.subscription_id.is_none() {
        return Ok(None);
    }
    // Through the index on the customer; few have many grants.
    let mut query = grants::table
        .filter(grants::customer_id.eq(grant.customer_id.as_str()))
        .filter(grants::entitlement_id.eq(grant.entitlement_id.as_str()))
        .order((grants::created_at, grants::id))
        .select(grants::id)
        .into_boxed();
    query = match &grant.payment_id {
        Some(id) => query.filter(grants::payment_id.eq(id)),
        None => query.filter(grants::payment_id.is_null()),
    };
    query = match &grant.external_id {
        Some(id) => query.filter(grants::external_id.eq(id)),
        None => query.filter(grants::external_id.is_null()),
    };
    query = match &grant.subscription_id {
        Some(id) => query.filter(grants::subscription_id.eq(id)),
        None => query.filter(grants::subscription_id.is_null()),
    };
    let ids: Vec<String> = query.load(conn)?;
    let place = ids.iter().position(|id| id == grant.id.as_str());
    Ok(place.filter(|_| ids.len() > 1).map(|place| (place + 1, ids.len())))
}
