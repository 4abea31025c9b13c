//! The last sales, as a list, and how many came in.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::tasks::ShownTask;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId, SaleId};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::sale::SaleIdKind;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{customers, entitlements, grants, sale_ids, sale_lines, sales};

/// A sale as the list shows it.
#[derive(Debug, Clone)]
pub(crate) struct SaleLine {
    pub id: SaleId,
    pub shop: String,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub is_refunded: bool,
    pub created_at: Timestamp,
    /// The id that people know best: that of the order, or else of the payment or subscription.
    pub reference: String,
    pub grants: Vec<SaleGrant>,
}

/// A grant of a sale.
#[derive(Debug, Clone)]
pub(crate) struct SaleGrant {
    pub id: GrantId,
    pub entitlement_name: String,
    pub status: GrantStatus,
}

impl SaleLine {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: self.id.to_string() }
    }
}

type Row = (String, String, Option<String>, Option<String>, i64, String, String);

/// A page of sales, newest first; with `shop`, those of that shop.
pub(crate) fn page(
    conn: &mut Conn,
    shop: Option<&str>,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<SaleLine>, StorageError> {
    let (at, id) = (sales::created_at, sales::id);
    let columns = (id, sales::shop, sales::customer_id, sales::refund, at, customers::name, customers::email);
    let mut query = sales::table.inner_join(customers::table).select(columns).into_boxed();
    if let Some(shop) = shop {
        query = query.filter(sales::shop.eq(shop.to_owned()));
    }
    query = match from {
        PageStart::Start => query.order((at.desc(), id.desc())),
        PageStart::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageStart::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<Row> = query.limit(limit).load(conn)?;
    let rows = rows.into_iter().filter_map(line).collect();
    let mut page = Page::from_walk(rows, size, from);
    complete(conn, &mut page.rows)?;
    Ok(page)
}

fn line((id, shop, customer_id, refund, created_at, name, email): Row) -> Option<SaleLine> {
    Some(SaleLine {
        id: SaleId::stored(id),
        shop,
        customer_id: CustomerId::stored(customer_id?),
        customer_name: name,
        customer_email: EmailAddress::stored(email),
        is_refunded: refund.is_some(),
        created_at: from_micros(created_at),
        reference: String::new(),
        grants: Vec::new(),
    })
}

/// Adds references and grants.
fn complete(conn: &mut Conn, lines: &mut [SaleLine]) -> Result<(), StorageError> {
    if lines.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = lines.iter().map(|line| line.id.to_string()).collect();
    let mut references: Vec<(String, String, String)> = sale_ids::table
        .filter(sale_ids::sale_id.eq_any(&ids))
        .select((sale_ids::sale_id, sale_ids::kind, sale_ids::value))
        .load(conn)?;
    references.sort();
    let mut sold: Vec<(String, String, String, String)> = grants::table
        .inner_join(sale_lines::table)
        .inner_join(entitlements::table)
        .filter(sale_lines::sale_id.eq_any(&ids))
        .select((sale_lines::sale_id, grants::id, grants::status, entitlements::name))
        .load(conn)?;
    sold.sort();
    let mut of_sale: HashMap<String, Vec<SaleGrant>> = HashMap::new();
    for (sale_id, id, status, entitlement_name) in sold {
        let Some(status) = GrantStatus::parse(&status) else { continue };
        of_sale.entry(sale_id).or_default().push(SaleGrant { id: GrantId::stored(id), entitlement_name, status });
    }
    for line in lines {
        line.grants = of_sale.remove(line.id.as_str()).unwrap_or_default();
        let known =
            [SaleIdKind::External, SaleIdKind::Payment, SaleIdKind::Subscription].into_iter().find_map(|kind| {
                let fits = |(sale, of, _): &&(String, String, String)| sale == line.id.as_str() && of == kind.as_str();
                references.iter().find(fits)
            });
        line.reference = known.map(|(_, _, value)| value.clone()).unwrap_or_default();
    }
    Ok(())
}

/// How many sales there are since a moment, by shop.
pub(crate) fn counts_since(conn: &mut Conn, since: Timestamp) -> Result<Vec<(String, i64)>, StorageError> {
    use diesel::dsl::count_star;
    let mut counts: Vec<(String, i64)> = sales::table
        .filter(sales::created_at.ge(to_micros(since)))
        .filter(sales::customer_id.is_not_null())
        .group_by(sales::shop)
        .select((sales::shop, count_star()))
        .load(conn)?;
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counts)
}

/// A task with the sale that it is about.
#[derive(Debug, Clone)]
pub(crate) struct TaskLine {
    pub shown: ShownTask,
    pub shop: String,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub entitlement_name: String,
}

/// What is known of the sales of open tasks.
pub(crate) fn with_sales(conn: &mut Conn, tasks: Vec<ShownTask>) -> Result<Vec<TaskLine>, StorageError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = tasks.iter().map(|shown| shown.task.grant_id.as_str()).collect();
    let rows: Vec<(String, String, String, String, String)> = grants::table
        .inner_join(customers::table)
        .inner_join(entitlements::table)
        .inner_join(sale_lines::table.inner_join(sales::table))
        .filter(grants::id.eq_any(ids))
        .select((grants::id, sales::shop, customers::name, customers::email, entitlements::name))
        .load(conn)?;
    let of_grant: HashMap<String, (String, String, String, String)> =
        rows.into_iter().map(|(id, shop, name, email, entitlement)| (id, (shop, name, email, entitlement))).collect();
    let line = |shown: ShownTask| {
        let (shop, customer_name, email, entitlement_name) = of_grant.get(shown.task.grant_id.as_str()).cloned()?;
        let customer_email = EmailAddress::stored(email);
        Some(TaskLine { shown, shop, customer_name, customer_email, entitlement_name })
    };
    Ok(tasks.into_iter().filter_map(line).collect())
}

/// The shops that have sales, for selection fields.
pub(crate) fn shops(conn: &mut Conn) -> Result<Vec<String>, StorageError> {
    use crate::storage::schema::connections;
    let connected: Vec<Option<String>> = connections::table
        .filter(connections::shop.is_not_null())
        .order(connections::shop)
        .select(connections::shop)
        .load(conn)?;
    Ok(connected.into_iter().flatten().collect())
}
