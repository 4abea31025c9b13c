//! Sales that could not become grants, and wait for a person.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use crate::domain::ids::{ConnectionId, HeldSaleId, HookId};
use crate::domain::sale::held::{HeldDecision, HeldReason, HeldSale};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::schema::held_sales;
use crate::storage::sql::static_sql::StaticSql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = held_sales)]
struct HeldRow {
    id: String,
    connection_id: String,
    hook_id: String,
    shop: String,
    order_key: String,
    label: String,
    why: String,
    word: String,
    shown: String,
    title: String,
    created_at: i64,
    settled_at: Option<i64>,
    decision: Option<String>,
}

impl TryFrom<HeldRow> for HeldSale {
    type Error = StorageError;

    fn try_from(row: HeldRow) -> Result<Self, StorageError> {
        let why = HeldReason::parse(&row.why).ok_or_else(|| StorageError::Corrupt(format!("why {} waits", row.id)))?;
        Ok(Self {
            id: HeldSaleId::stored(row.id),
            connection_id: ConnectionId::stored(row.connection_id),
            hook_id: HookId::stored(row.hook_id),
            shop: row.shop,
            order_key: row.order_key,
            label: row.label,
            why,
            word: row.word,
            shown: row.shown,
            title: row.title,
            created_at: from_micros(row.created_at),
            settled_at: from_optional(row.settled_at),
            decision: row.decision.as_deref().and_then(HeldDecision::parse),
        })
    }
}

/// The sale that is or was held for this order.
pub(crate) fn find_by_order(conn: &mut Conn, shop: &str, order_key: &str) -> Result<Option<HeldSale>, StorageError> {
    let row: Option<HeldRow> = held_sales::table
        .filter(held_sales::shop.eq(shop))
        .filter(held_sales::order_key.eq(order_key))
        .select(HeldRow::as_select())
        .first(conn)
        .optional()?;
    row.map(HeldSale::try_from).transpose()
}

/// The held sale with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &HeldSaleId) -> Result<HeldSale, StorageError> {
    held_sales::table.find(id.as_str()).select(HeldRow::as_select()).first::<HeldRow>(conn)?.try_into()
}

/// Holds a sale, in place of what was held of its order before; `Conflict` if another delivery has just done so.
pub(crate) fn put(tx: &mut Tx<'_>, held: &HeldSale) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let old =
        held_sales::table.filter(held_sales::shop.eq(&held.shop)).filter(held_sales::order_key.eq(&held.order_key));
    diesel::delete(old).execute(conn)?;
    diesel::insert_into(held_sales::table)
        .values((
            held_sales::id.eq(held.id.as_str()),
            held_sales::connection_id.eq(held.connection_id.as_str()),
            held_sales::hook_id.eq(held.hook_id.as_str()),
            held_sales::shop.eq(&held.shop),
            held_sales::order_key.eq(&held.order_key),
            held_sales::label.eq(&held.label),
            held_sales::why.eq(held.why.as_str()),
            held_sales::word.eq(&held.word),
            held_sales::shown.eq(&held.shown),
            held_sales::title.eq(&held.title),
            held_sales::created_at.eq(to_micros(held.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Settles what is held of an order; `false` if nothing is.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    (shop, order_key): (&str, &str),
    decision: HeldDecision,
    by: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let open = held_sales::table
        .filter(held_sales::shop.eq(shop))
        .filter(held_sales::order_key.eq(order_key))
        .filter(held_sales::settled_at.is_null());
    let changed = diesel::update(open)
        .set((
            held_sales::settled_at.eq(to_micros(now)),
            held_sales::settled_by.eq(by),
            held_sales::decision.eq(decision.as_str()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// What waits, oldest first.
pub(crate) fn open(conn: &mut Conn, limit: i64) -> Result<Vec<HeldSale>, StorageError> {
    let rows: Vec<HeldRow> = held_sales::table
        .filter(held_sales::settled_at.is_null())
        .order((held_sales::created_at, held_sales::id))
        .limit(limit)
        .select(HeldRow::as_select())
        .load(conn)?;
    rows.into_iter().map(HeldSale::try_from).collect()
}

/// What waits for the meaning of a word.
pub(crate) fn open_of_word(conn: &mut Conn, word: &str) -> Result<Vec<HeldSale>, StorageError> {
    let rows: Vec<HeldRow> = held_sales::table
        .filter(held_sales::settled_at.is_null())
        .filter(held_sales::why.eq(HeldReason::UnknownProduct.as_str()))
        .filter(held_sales::word.eq(word))
        .order((held_sales::created_at, held_sales::id))
        .select(HeldRow::as_select())
        .load(conn)?;
    rows.into_iter().map(HeldSale::try_from).collect()
}

/// How many decisions they wait for: those that wait for one word wait for one, at most [`COUNT_CAP`] + 1.
pub(crate) fn decisions(conn: &mut Conn) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new()
        .sql(
            "SELECT count(*) FROM (SELECT DISTINCT why, CASE word WHEN '' THEN id ELSE word END AS word
             FROM held_sales WHERE settled_at IS NULL LIMIT ",
        )
        .number(COUNT_CAP + 1)
        .sql(") AS counted");
    Ok(query.get_result(conn)?)
}

/// How many of a connection wait.
pub(crate) fn open_of_connection(conn: &mut Conn, id: &ConnectionId) -> Result<i64, StorageError> {
    let open =
        held_sales::table.filter(held_sales::connection_id.eq(id.as_str())).filter(held_sales::settled_at.is_null());
    Ok(open.select(count_star()).first(conn)?)
}

/// Forgets what is held of a delivery whose body is gone.
pub(crate) fn forget(tx: &mut Tx<'_>, hook_id: &HookId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(held_sales::table.filter(held_sales::hook_id.eq(hook_id.as_str()))).execute(conn)?;
    Ok(())
}
