//! The lines of orders whose refunds name lines, and how much of each was paid back. A refund may come before its order.

use diesel::prelude::*;

use crate::domain::ids::EntitlementId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::shop_lines;

/// A line of an order.
#[derive(Debug, Clone)]
pub(crate) struct ShopLine {
    pub line_id: String,
    /// `None` for what needs no key, or is not known.
    pub entitlement_id: Option<EntitlementId>,
    /// How many were ordered; 0 if the order has not come yet.
    pub quantity: i32,
    pub refunded: i32,
}

/// The lines of an order, as far as they are known.
pub(crate) fn of_order(conn: &mut Conn, shop: &str, order_id: &str) -> Result<Vec<ShopLine>, StorageError> {
    let rows: Vec<(String, Option<String>, i32, i32)> = shop_lines::table
        .filter(shop_lines::shop.eq(shop))
        .filter(shop_lines::order_id.eq(order_id))
        .select((shop_lines::line_id, shop_lines::entitlement_id, shop_lines::quantity, shop_lines::refunded))
        .load(conn)?;
    let line = |(line_id, entitlement_id, quantity, refunded): (_, Option<String>, _, _)| ShopLine {
        line_id,
        entitlement_id: entitlement_id.map(EntitlementId::stored),
        quantity,
        refunded,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Stores a line; `Conflict` if another delivery has just stored it.
pub(crate) fn put(tx: &mut Tx<'_>, shop: &str, order_id: &str, line: &ShopLine) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (
        shop_lines::entitlement_id.eq(line.entitlement_id.as_ref().map(EntitlementId::as_str)),
        shop_lines::quantity.eq(line.quantity),
        shop_lines::refunded.eq(line.refunded),
    );
    let row = shop_lines::table.find((shop, order_id, &line.line_id));
    if diesel::update(row).set(values).execute(conn)? == 0 {
        let key = (shop_lines::shop.eq(shop), shop_lines::order_id.eq(order_id), shop_lines::line_id.eq(&line.line_id));
        diesel::insert_into(shop_lines::table).values((key, values)).execute(conn)?;
    }
    Ok(())
}
