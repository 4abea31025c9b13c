//! Folding what searches look through, for rows that were written before it was stored folded: page by page, in the order
//! of ids.

use diesel::prelude::*;

use super::customers::merging::whole_search_text;
use super::customers::{CustomerRow, search_text};
use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::metadata::{self, ObjectKind};
use super::schema::{customers, grants, notes};
use super::sql::inline_limit::InlineLimitDsl;
use crate::domain::customer::Customer;
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::text::folded;

/// What is left to do for a row.
#[derive(Debug)]
pub(crate) enum Folding {
    /// A customer's text, in place of the one that was read.
    Customer {
        id: String,
        read: String,
        text: String,
    },
    /// The values of the metadata of an object, which are read again in the transaction.
    Metadata(ObjectKind, String),
    Note {
        id: String,
        text: String,
    },
}

/// A page of a table: what is left to do, how many rows were looked at, and the last id. `None` at the end of the table.
#[derive(Debug)]
pub(crate) struct FoldingPage {
    pub foldings: Vec<Folding>,
    pub rows: i64,
    pub last: String,
}

fn page_of<T>(rows: Vec<T>, id: impl Fn(&T) -> &str, fold: impl Fn(T) -> Vec<Folding>) -> Option<FoldingPage> {
    let last = id(rows.last()?).to_owned();
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Some(FoldingPage { foldings: rows.into_iter().flat_map(fold).collect(), rows: count, last })
}

/// The customers after an id.
pub(crate) fn of_customers(conn: &mut Conn, after: &str, size: i64) -> Result<Option<FoldingPage>, StorageError> {
    let rows: Vec<(CustomerRow, String)> = customers::table
        .filter(customers::id.gt(after))
        .filter(customers::merged_into.is_null())
        .order(customers::id)
        .select((CustomerRow::as_select(), customers::search_text))
        .inline_limit(size)
        .load(conn)?;
    let mut customers: Vec<(Customer, String, String)> = Vec::with_capacity(rows.len());
    for (row, read) in rows {
        let customer = Customer::from(row);
        let mut text = search_text(&customer);
        if text != read {
            text = whole_search_text(conn, &customer)?;
        }
        customers.push((customer, read, text));
    }
    let fold = |(customer, read, text): (Customer, String, String)| {
        let id = customer.id.to_string();
        let has_values = customer.metadata != "{}";
        let values = has_values.then(|| Folding::Metadata(ObjectKind::Customer, id.clone()));
        let is_old = read != text && customer.erased_at.is_none();
        values.into_iter().chain(is_old.then_some(Folding::Customer { id, read, text })).collect()
    };
    Ok(page_of(customers, |(customer, ..)| customer.id.as_str(), fold))
}

/// The grants after an id.
pub(crate) fn of_grants(conn: &mut Conn, after: &str, size: i64) -> Result<Option<FoldingPage>, StorageError> {
    let rows: Vec<(String, String)> = grants::table
        .filter(grants::id.gt(after))
        .order(grants::id)
        .select((grants::id, grants::metadata))
        .inline_limit(size)
        .load(conn)?;
    let fold = |(id, metadata): (String, String)| {
        let has_values = metadata != "{}";
        has_values.then_some(Folding::Metadata(ObjectKind::Grant, id)).into_iter().collect()
    };
    Ok(page_of(rows, |(id, _)| id, fold))
}

/// The notes after an id.
pub(crate) fn of_notes(conn: &mut Conn, after: &str, size: i64) -> Result<Option<FoldingPage>, StorageError> {
    let rows: Vec<(String, String)> = notes::table
        .filter(notes::id.gt(after))
        .order(notes::id)
        .select((notes::id, notes::text))
        .inline_limit(size)
        .load(conn)?;
    let fold = |(id, text): (String, String)| vec![Folding::Note { id, text: folded::fold(&text) }];
    Ok(page_of(rows, |(id, _)| id, fold))
}

/// Writes it, unless the row was changed or erased meanwhile, which wrote it already.
pub(crate) fn write(tx: &mut Tx<'_>, folding: &Folding) -> Result<(), StorageError> {
    match folding {
        Folding::Customer { id, read, text } => {
            let conn: &mut Conn = tx;
            diesel::update(customers::table.find(id).filter(customers::search_text.eq(read)))
                .set(customers::search_text.eq(text))
                .execute(conn)?;
        }
        Folding::Metadata(kind, id) => {
            let present = match kind {
                ObjectKind::Customer => {
                    super::customers::lock(tx, &CustomerId::stored(id.clone()))?;
                    let conn: &mut Conn = tx;
                    customers::table.find(id).select(customers::metadata).first::<String>(conn)?
                }
                ObjectKind::Grant => {
                    super::grants::lock(tx, &GrantId::stored(id.clone()))?;
                    let conn: &mut Conn = tx;
                    grants::table.find(id).select(grants::metadata).first::<String>(conn)?
                }
            };
            metadata::replace(tx, *kind, id, &present)?;
        }
        Folding::Note { id, text } => {
            let conn: &mut Conn = tx;
            diesel::update(notes::table.find(id)).set(notes::search_text.eq(text)).execute(conn)?;
        }
    }
    Ok(())
}
