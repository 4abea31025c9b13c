//! The further payments of subscriptions.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{EntitlementId, SaleId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::sale_renewals;

/// A renewal of one entitlement of a sale.
#[derive(Debug, Clone)]
pub(crate) struct Renewal {
    pub entitlement_id: EntitlementId,
    /// The renewals of an entitlement count from 1.
    pub number: i32,
    pub payment_id: String,
}

/// The renewals of a sale, in order.
pub(crate) fn of_sale(conn: &mut Conn, sale_id: &SaleId) -> Result<Vec<Renewal>, StorageError> {
    let rows: Vec<(String, i32, String)> = sale_renewals::table
        .filter(sale_renewals::sale_id.eq(sale_id.as_str()))
        .order((sale_renewals::entitlement_id, sale_renewals::number))
        .select((sale_renewals::entitlement_id, sale_renewals::number, sale_renewals::payment_id))
        .load(conn)?;
    let renewal = |(entitlement_id, number, payment_id)| Renewal {
        entitlement_id: EntitlementId::stored(entitlement_id),
        number,
        payment_id,
    };
    Ok(rows.into_iter().map(renewal).collect())
}

/// Notes a renewal; `Conflict` if another transaction has just noted one with this number.
pub(crate) fn insert(tx: &mut Tx<'_>, sale_id: &SaleId, renewal: &Renewal, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sale_renewals::table)
        .values((
            sale_renewals::sale_id.eq(sale_id.as_str()),
            sale_renewals::entitlement_id.eq(renewal.entitlement_id.as_str()),
            sale_renewals::number.eq(renewal.number),
            sale_renewals::payment_id.eq(&renewal.payment_id),
            sale_renewals::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
