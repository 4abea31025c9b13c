//! Sales: the ids they are known by, and their lines. One id belongs to one sale of its shop, which is what a unique
//! index over `FIRST_COPY` guarantees when two reports arrive at once.

pub(crate) mod held;
pub(crate) mod imports;
pub(crate) mod lines;
pub(crate) mod mappings;
pub(crate) mod newest;
pub(crate) mod renewals;
pub(crate) mod shop_lines;
pub(crate) mod tasks;

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, to_micros};
use super::schema::{sale_ids, sales};
use crate::domain::ids::{CustomerId, SaleId};
use crate::domain::sale::{RefundExtent, SaleIdKind, SaleReference};
use crate::storage::sql::cached::CachedDsl;
use crate::storage::sql::static_sql::StaticSql;

/// Every id is inserted as this copy of its value. Migrated sales may share an id; theirs have further copies.
const FIRST_COPY: i32 = 0;

/// The maximum number of sales that one report is compared with.
const MAX_FOUND: i64 = 100;

/// A sale without its lines.
#[derive(Debug, Clone)]
pub(crate) struct SaleRecord {
    pub id: SaleId,
    /// `None` for a refund that came before its sale.
    pub customer_id: Option<CustomerId>,
    pub refund: Option<RefundExtent>,
    pub created_at: Timestamp,
}

/// An id of a sale, and when it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownReference {
    pub reference: SaleReference,
    pub created_at: Timestamp,
}

/// Those of these ids by which a sale of the shop is known.
pub(crate) fn known_of(conn: &mut Conn, shop: &str, values: &[&str]) -> Result<HashSet<SaleReference>, StorageError> {
    if values.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<(String, String)> = sale_ids::table
        .filter(sale_ids::value.eq_any(values))
        .filter(sale_ids::shop.eq(shop))
        .select((sale_ids::kind, sale_ids::value))
        .load(conn)?;
    let reference = |(kind, value): (String, String)| Some(SaleReference { kind: SaleIdKind::parse(&kind)?, value });
    Ok(rows.into_iter().filter_map(reference).collect())
}

type Row = (String, Option<String>, Option<String>, i64);

/// The sales of a shop that are known by any of these ids, oldest first.
pub(crate) fn find(conn: &mut Conn, shop: &str, ids: &[SaleReference]) -> Result<Vec<SaleRecord>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = StaticSql::<(Text, Nullable<Text>, Nullable<Text>, BigInt)>::new()
        .sql("SELECT id, customer_id, refund, created_at FROM sales WHERE id IN (");
    for (place, id) in ids.iter().enumerate() {
        let union = if place == 0 { "" } else { " UNION ALL " };
        query = query.sql(union).sql("SELECT sale_id FROM sale_ids WHERE value = ").text(&id.value);
        query = query.sql(" AND kind = ").text(id.kind.as_str()).sql(" AND shop = ").text(shop);
    }
    let rows: Vec<Row> = query.sql(") LIMIT ").number(MAX_FOUND).load(conn)?;
    let mut found: Vec<SaleRecord> = rows.into_iter().map(record).collect();
    found.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(found)
}

fn record((id, customer_id, refund, created_at): Row) -> SaleRecord {
    SaleRecord {
        id: SaleId::stored(id),
        customer_id: customer_id.map(CustomerId::stored),
        refund: refund.as_deref().and_then(RefundExtent::parse),
        created_at: from_micros(created_at),
    }
}

/// All ids of a sale, in the order in which they were reported.
pub(crate) fn ids_of(conn: &mut Conn, id: &SaleId) -> Result<Vec<KnownReference>, StorageError> {
    let rows: Vec<(String, String, i64)> = sale_ids::table
        .filter(sale_ids::sale_id.eq(id.as_str()))
        .select((sale_ids::kind, sale_ids::value, sale_ids::created_at))
        .load(conn)?;
    let mut ids: Vec<KnownReference> = rows
        .into_iter()
        .filter_map(|(kind, value, created_at)| {
            let reference = SaleReference { kind: SaleIdKind::parse(&kind)?, value };
            Some(KnownReference { reference, created_at: from_micros(created_at) })
        })
        .collect();
    ids.sort_by(|a, b| (a.created_at, &a.reference).cmp(&(b.created_at, &b.reference)));
    Ok(ids)
}

/// Inserts a sale; one without a customer is a refund that came before its sale.
pub(crate) fn insert(tx: &mut Tx<'_>, shop: &str, sale: &SaleRecord) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sales::table)
        .values((
            sales::id.eq(sale.id.as_str()),
            sales::shop.eq(shop),
            sales::customer_id.eq(sale.customer_id.as_ref().map(CustomerId::as_str)),
            sales::created_at.eq(to_micros(sale.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds an id; `Conflict` if another transaction has just given it to a sale.
pub(crate) fn insert_id(
    tx: &mut Tx<'_>,
    shop: &str,
    sale_id: &SaleId,
    id: &SaleReference,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sale_ids::table)
        .values((
            sale_ids::shop.eq(shop),
            sale_ids::kind.eq(id.kind.as_str()),
            sale_ids::value.eq(&id.value),
            sale_ids::copy.eq(FIRST_COPY),
            sale_ids::sale_id.eq(sale_id.as_str()),
            sale_ids::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Locks a sale's row until the transaction ends, if the database has row locks; `NotFound` if it is gone.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &SaleId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(sales::table.find(id.as_str())).set(sales::id.eq(id.as_str())).cached().execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Sets who bought.
pub(crate) fn set_customer(tx: &mut Tx<'_>, id: &SaleId, customer_id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sales::table.find(id.as_str())).set(sales::customer_id.eq(customer_id.as_str())).execute(conn)?;
    Ok(())
}

/// Makes a remembered refund the sale that it is of.
pub(crate) fn adopt(tx: &mut Tx<'_>, sale: &SaleRecord) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sales::table.find(sale.id.as_str()))
        .set((
            sales::customer_id.eq(sale.customer_id.as_ref().map(CustomerId::as_str)),
            sales::created_at.eq(to_micros(sale.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes a refund, and the reason that came with it.
pub(crate) fn set_refund(
    tx: &mut Tx<'_>,
    id: &SaleId,
    extent: RefundExtent,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sales::table.find(id.as_str()))
        .set((
            sales::refund.eq(extent.as_str()),
            sales::refund_reason.eq(reason),
            sales::refunded_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The reason that came with a sale's refund.
pub(crate) fn refund_reason(conn: &mut Conn, id: &SaleId) -> Result<Option<String>, StorageError> {
    Ok(sales::table.find(id.as_str()).select(sales::refund_reason).first(conn)?)
}

/// Gives the ids of a remembered refund to the sale that it turned out to be of, and forgets the refund.
pub(crate) fn merge_remembered(tx: &mut Tx<'_>, from: &SaleId, into: &SaleId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_ids::table.filter(sale_ids::sale_id.eq(from.as_str())))
        .set(sale_ids::sale_id.eq(into.as_str()))
        .execute(conn)?;
    diesel::delete(sales::table.find(from.as_str())).execute(conn)?;
    Ok(())
}
