//! The list of customers: whoever bought last comes first. There is no column to order by, so that no sale has to write
//! one: the list walks through grants from the newest, by their index, and skips those that are not their customer's
//! newest.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::figures::{self, Figures};
use super::search;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::CustomerId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

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

/// A page of the customers who have grants.
pub(crate) fn list(
    conn: &mut Conn,
    from: &PageStart<Cursor>,
    size: usize,
    now: Timestamp,
) -> Result<Page<CustomerLine>, StorageError> {
    let mut query = StaticSql::<(Text, BigInt, Text)>::new().sql(
        "SELECT grants.customer_id, grants.created_at, grants.id FROM grants
         WHERE NOT EXISTS (SELECT 1 FROM grants AS later WHERE later.customer_id = grants.customer_id
             AND later.created_at >= grants.created_at
             AND (later.created_at > grants.created_at OR later.id > grants.id))",
    );
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
    let ids: Vec<CustomerId> = newest.into_iter().map(|(id, ..)| CustomerId::stored(id)).collect();
    let page = Page::from_walk(ids, size, from);
    let mut lines: HashMap<String, CustomerLine> =
        lines_of(conn, &page.rows)?.into_iter().map(|line| (line.id.to_string(), line)).collect();
    let rows = page.rows.iter().filter_map(|id| lines.remove(id.as_str())).collect();
    with_figures(conn, Page { rows, has_previous: page.has_previous, has_next: page.has_next }, now)
}

/// A page of the customers whose name or address contains `text`, or whose id it is; those without grants too.
pub(crate) fn search(
    conn: &mut Conn,
    text: &str,
    from: &PageStart<Cursor>,
    size: usize,
    now: Timestamp,
) -> Result<Found, StorageError> {
    let search::Found { ids, is_cut } = search::find(conn, text)?;
    let ids: Vec<CustomerId> = ids.into_iter().map(CustomerId::stored).collect();
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
