//! The list of customers: whoever bought last comes first. There is no column to order by, so that no sale has to write
//! one: the list walks through grants from the newest, by their index, and skips those that are not their customer's
//! newest. A filter makes it walk through those that match, such as the pending ones.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::figures::{self, Figures};
use super::search;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// What the list is filtered by.
#[derive(Debug, Clone, Default)]
pub(crate) struct CustomerFilter {
    /// They have a key of this entitlement.
    pub entitlement_id: Option<EntitlementId>,
    /// They have a pending grant, or one whose delivery failed.
    pub open: Option<GrantStatus>,
}

impl CustomerFilter {
    pub(crate) fn is_none(&self) -> bool {
        self.entitlement_id.is_none() && self.open.is_none()
    }
}

/// A row of the list.
#[derive(Debug, Clone)]
pub(crate) struct CustomerLine {
    pub id: CustomerId,
    pub name: String,
    pub email: EmailAddress,
    pub last_sale: Option<Timestamp>,
    pub last_note: Option<String>,
    pub figures: Figures,
    /// The newest grant; where there is none, the customer.
    pub place: Cursor,
}

/// The result of a search.
#[derive(Debug)]
pub(crate) struct Found {
    pub page: Page<CustomerLine>,
    /// Whether there are more matches than were looked at.
    pub is_cut: bool,
}

/// Narrows a query to grants of `table` that have to do with the filter. An open grant says more about what is to be done
/// than a key does, so the list goes by it where both are asked for.
fn fitting<ST>(query: StaticSql<ST>, table: &'static str, filter: &CustomerFilter) -> StaticSql<ST> {
    let query = query.sql(" AND ").sql(table);
    match (filter.open, &filter.entitlement_id) {
        (Some(GrantStatus::Failed), _) => query.sql(".status = 'failed'"),
        (Some(_), _) => query.sql(".status = 'pending'"),
        (None, Some(id)) => query
            .sql(".entitlement_id = ")
            .text(id.as_str())
            .sql(" AND ")
            .sql(table)
            .sql(".status IN ('delivered', 'failed') AND ")
            .sql(table)
            .sql(".license_key_id IS NOT NULL"),
        (None, None) => query.sql(".id IS NOT NULL"),
    }
}

/// Narrows a query to rows whose `customer` has a grant that fits.
fn having<ST>(query: StaticSql<ST>, customer: &'static str, filter: &CustomerFilter) -> StaticSql<ST> {
    let query = query.sql(" AND EXISTS (SELECT 1 FROM grants AS theirs WHERE theirs.customer_id = ").sql(customer);
    fitting(query, "theirs", filter).sql(")")
}

/// A page of the customers who have grants, with this filter.
pub(crate) fn list(
    conn: &mut Conn,
    filter: &CustomerFilter,
    from: &PageStart<Cursor>,
    size: usize,
    now: Timestamp,
) -> Result<Page<CustomerLine>, StorageError> {
    let mut query = StaticSql::<(Text, BigInt, Text)>::new().sql(
        "SELECT grants.customer_id, grants.created_at, grants.id FROM grants
         WHERE NOT EXISTS (SELECT 1 FROM grants AS later WHERE later.customer_id = grants.customer_id
             AND later.created_at >= grants.created_at
             AND (later.created_at > grants.created_at OR later.id > grants.id)",
    );
    if filter.is_none() {
        query = query.sql(")");
    } else {
        query = fitting(query, "later", filter).sql(")");
        query = fitting(query, "grants", filter);
    }
    if let (Some(_), Some(id)) = (filter.open, &filter.entitlement_id) {
        let of_key = CustomerFilter { entitlement_id: Some(id.clone()), open: None };
        query = having(query, "grants.customer_id", &of_key);
    }
    let (cursor, is_forward) = match from {
        PageStart::Start => (None, true),
        PageStart::After(cursor) => (Some(cursor), true),
        PageStart::Before(cursor) => (Some(cursor), false),
    };
    if let Some(Cursor { at, id }) = cursor {
        // A form of the condition that both databases answer from the index alone.
        let at = to_micros(*at);
        let [first, then, last] = if is_forward {
            [" AND grants.created_at <= ", " AND (grants.created_at < ", " OR grants.id < "]
        } else {
            [" AND grants.created_at >= ", " AND (grants.created_at > ", " OR grants.id > "]
        };
        query = query.sql(first).opaque_number(at).sql(then).opaque_number(at);
        query = query.sql(last).opaque_text(id).sql(")");
    }
    query = query.sql(if is_forward {
        " ORDER BY grants.created_at DESC, grants.id DESC"
    } else {
        " ORDER BY grants.created_at, grants.id"
    });
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let newest: Vec<(String, i64, String)> = query.inline_limit(limit).load(conn)?;
    let page = Page::from_walk(newest, size, from);
    let ids: Vec<CustomerId> = page.rows.iter().map(|(id, ..)| CustomerId::stored(id.clone())).collect();
    let mut lines: HashMap<String, CustomerLine> =
        lines_of(conn, &ids)?.into_iter().map(|line| (line.id.to_string(), line)).collect();
    let placed = |(id, at, grant_id): (String, i64, String)| {
        let place = Cursor { at: from_micros(at), id: grant_id };
        Some(CustomerLine { place, ..lines.remove(&id)? })
    };
    let rows = page.rows.into_iter().filter_map(placed).collect();
    with_figures(conn, Page { rows, has_previous: page.has_previous, has_next: page.has_next }, now)
}

/// A page of the customers whose name or address contains `text`, or whose id it is; those without grants too.
pub(crate) fn search(
    conn: &mut Conn,
    filter: &CustomerFilter,
    text: &str,
    from: &PageStart<Cursor>,
    size: usize,
    now: Timestamp,
) -> Result<Found, StorageError> {
    let search::Found { ids, is_cut } = search::find(conn, text)?;
    let ids: Vec<CustomerId> = ids.into_iter().map(CustomerId::stored).collect();
    let ids = fitting_of(conn, filter, ids)?;
    let mut lines = lines_of(conn, &ids)?;
    lines.sort_unstable_by(|one, two| key(&two.place).cmp(&key(&one.place)));
    let lines = match from {
        PageStart::Start => lines,
        PageStart::After(cursor) => lines.into_iter().filter(|line| key(&line.place) < key(cursor)).collect(),
        PageStart::Before(cursor) => lines.into_iter().filter(|line| key(&line.place) > key(cursor)).rev().collect(),
    };
    let walked = lines.into_iter().take(size + 1).collect();
    let page = with_figures(conn, Page::from_walk(walked, size, from), now)?;
    Ok(Found { page, is_cut })
}

/// The lines of these customers, those who bought last first.
pub(crate) fn of_ids(conn: &mut Conn, ids: &[String], now: Timestamp) -> Result<Vec<CustomerLine>, StorageError> {
    let ids: Vec<CustomerId> = ids.iter().cloned().map(CustomerId::stored).collect();
    let mut rows = lines_of(conn, &ids)?;
    rows.sort_unstable_by(|one, two| key(&two.place).cmp(&key(&one.place)));
    Ok(with_figures(conn, Page { rows, has_previous: false, has_next: false }, now)?.rows)
}

/// Those of the customers who fit the filter.
fn fitting_of(conn: &mut Conn, filter: &CustomerFilter, ids: Vec<CustomerId>) -> Result<Vec<CustomerId>, StorageError> {
    if filter.is_none() || ids.is_empty() {
        return Ok(ids);
    }
    let texts: Vec<&str> = ids.iter().map(CustomerId::as_str).collect();
    let query = StaticSql::<Text>::new().sql("SELECT customers.id FROM customers WHERE customers.id");
    let mut query = query.one_of(conn.is_sqlite(), &texts)?;
    if let Some(id) = &filter.entitlement_id {
        let of_key = CustomerFilter { entitlement_id: Some(id.clone()), open: None };
        query = having(query, "customers.id", &of_key);
    }
    if filter.open.is_some() {
        query = having(query, "customers.id", &CustomerFilter { entitlement_id: None, open: filter.open });
    }
    let fitting: Vec<String> = query.load(conn)?;
    Ok(fitting.into_iter().map(CustomerId::stored).collect())
}

fn key(cursor: &Cursor) -> (Timestamp, &str) {
    (cursor.at, cursor.id.as_str())
}

type LineRow = (String, String, String, i64, Option<i64>, Option<String>, Option<String>);

/// The lines of these customers, without figures, in no particular order.
fn lines_of(conn: &mut Conn, ids: &[CustomerId]) -> Result<Vec<CustomerLine>, StorageError> {
    let texts: Vec<&str> = ids.iter().map(CustomerId::as_str).collect();
    let query = StaticSql::<(Text, Text, Text, BigInt, Nullable<BigInt>, Nullable<Text>, Nullable<Text>)>::new().sql(
        "SELECT customers.id, customers.name, customers.email, customers.created_at,
         (SELECT created_at FROM grants WHERE customer_id = customers.id ORDER BY created_at DESC, id DESC LIMIT 1),
         (SELECT id FROM grants WHERE customer_id = customers.id ORDER BY created_at DESC, id DESC LIMIT 1),
         (SELECT text FROM notes WHERE customer_id = customers.id ORDER BY created_at DESC, id DESC LIMIT 1)
         FROM customers WHERE customers.id",
    );
    let rows: Vec<LineRow> = query.one_of(conn.is_sqlite(), &texts)?.load(conn)?;
    let line = |(id, name, email, created_at, last_sale, last_grant, last_note): LineRow| CustomerLine {
        place: Cursor { at: from_micros(last_sale.unwrap_or(created_at)), id: last_grant.unwrap_or(id.clone()) },
        id: CustomerId::stored(id),
        name,
        email: EmailAddress::stored(email),
        last_sale: last_sale.map(from_micros),
        last_note,
        figures: Figures::default(),
    };
    Ok(rows.into_iter().map(line).collect())
}

fn with_figures(
    conn: &mut Conn,
    mut page: Page<CustomerLine>,
    now: Timestamp,
) -> Result<Page<CustomerLine>, StorageError> {
    let ids: Vec<CustomerId> = page.rows.iter().map(|line| line.id.clone()).collect();
    let figures = figures::of_customers(conn, &ids, now)?;
    for line in &mut page.rows {
        line.figures = figures.get(line.id.as_str()).copied().unwrap_or_default();
    }
    Ok(page)
}
