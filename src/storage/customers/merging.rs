//! Customers who were merged: two records of one person. What was theirs belongs to the one who lives; their record stays,
//! so that its id and its address lead there. Whoever was merged into is never merged further without taking them along.

use diesel::prelude::*;
use jiff::Timestamp;

use super::row::CustomerRow;
use super::search::search_text;
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::metadata::{self, ObjectKind};
use crate::storage::schema::{customers, grants, license_keys, mirrored_customers, notes, sales, tasks};
use crate::storage::sql::static_sql::StaticSql;

/// What belongs to a customer and would move with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Belongings {
    pub grants: i64,
    pub license_keys: i64,
    pub notes: i64,
    pub sales: i64,
    pub mirrored: i64,
}

/// Counts what would move.
pub(crate) fn belongings(conn: &mut Conn, id: &CustomerId) -> Result<Belongings, StorageError> {
    macro_rules! count {
        ($table:ident) => {
            $table::table.filter($table::customer_id.eq(id.as_str())).count().get_result(conn)?
        };
    }
    Ok(Belongings {
        grants: count!(grants),
        license_keys: count!(license_keys),
        notes: count!(notes),
        sales: sales::table.filter(sales::customer_id.eq(id.as_str()).assume_not_null()).count().get_result(conn)?,
        mirrored: count!(mirrored_customers),
    })
}

/// Whom the customer with exactly this id was merged into; `NotFound` if there is none with it.
pub(crate) fn merged_into(conn: &mut Conn, id: &CustomerId) -> Result<Option<CustomerId>, StorageError> {
    let living: Option<String> = customers::table.find(id.as_str()).select(customers::merged_into).first(conn)?;
    Ok(living.map(CustomerId::stored))
}

/// The customer whom this id leads to; the id itself if it is nobody's.
pub(in crate::storage) fn living(conn: &mut Conn, id: &CustomerId) -> Result<CustomerId, StorageError> {
    match merged_into(conn, id) {
        Err(StorageError::NotFound) => Ok(id.clone()),
        found => Ok(found?.unwrap_or_else(|| id.clone())),
    }
}

/// Those who were merged into a customer, with their addresses, in the order of the ids.
pub(crate) fn merged(conn: &mut Conn, id: &CustomerId) -> Result<Vec<(CustomerId, EmailAddress)>, StorageError> {
    let mut rows: Vec<(String, String)> = customers::table
        .filter(customers::merged_into.eq(id.as_str()))
        .select((customers::id, customers::email))
        .load(conn)?;
    rows.sort();
    Ok(rows.into_iter().map(|(id, email)| (CustomerId::stored(id), EmailAddress::stored(email))).collect())
}

/// A customer's id, and those of all who were merged into them.
pub(crate) fn all_ids(conn: &mut Conn, id: &CustomerId) -> Result<Vec<CustomerId>, StorageError> {
    let merged = merged(conn, id)?.into_iter().map(|(id, _)| id);
    Ok(std::iter::once(id.clone()).chain(merged).collect())
}

/// The text in which the customer is searched: their own, and the names and addresses of those who were merged into them.
pub(in crate::storage) fn whole_search_text(conn: &mut Conn, customer: &Customer) -> Result<String, StorageError> {
    let rows: Vec<CustomerRow> = customers::table
        .filter(customers::merged_into.eq(customer.id.as_str()))
        .order(customers::id)
        .select(CustomerRow::as_select())
        .load(conn)?;
    let others = rows.into_iter().map(|row| search_text(&Customer::from(row)));
    Ok(std::iter::once(search_text(customer)).chain(others).collect::<Vec<_>>().join("\n"))
}

/// Moves everything of `from` to `into`, both locked, and makes the id of the former lead to the latter.
pub(crate) fn merge(tx: &mut Tx<'_>, from: &CustomerId, into: &CustomerId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    StaticSql::<()>::new()
        .sql("INSERT INTO grant_moves (grant_id, number, customer_id, moved_at) SELECT grants.id, 1 + ")
        .sql("(SELECT count(*) FROM grant_moves AS earlier WHERE earlier.grant_id = grants.id), grants.customer_id, ")
        .number(to_micros(now))
        .sql(" FROM grants WHERE grants.customer_id = ")
        .text(from.as_str())
        .execute(conn)?;
    diesel::update(grants::table.filter(grants::customer_id.eq(from.as_str())))
        .set((grants::customer_id.eq(into.as_str()), grants::updated_at.eq(to_micros(now))))
        .execute(conn)?;
    diesel::update(license_keys::table.filter(license_keys::customer_id.eq(from.as_str())))
        .set((license_keys::customer_id.eq(into.as_str()), license_keys::updated_at.eq(to_micros(now))))
        .execute(conn)?;
    diesel::update(notes::table.filter(notes::customer_id.eq(from.as_str())))
        .set(notes::customer_id.eq(into.as_str()))
        .execute(conn)?;
    diesel::update(sales::table.filter(sales::customer_id.eq(from.as_str()).assume_not_null()))
        .set(sales::customer_id.eq(into.as_str()))
        .execute(conn)?;
    diesel::update(tasks::table.filter(tasks::customer_id.eq(from.as_str()).assume_not_null()))
        .set(tasks::customer_id.eq(into.as_str()))
        .execute(conn)?;
    diesel::update(mirrored_customers::table.filter(mirrored_customers::customer_id.eq(from.as_str())))
        .set(mirrored_customers::customer_id.eq(into.as_str()))
        .execute(conn)?;
    let led_there = customers::merged_into.eq(from.as_str()).assume_not_null();
    diesel::update(customers::table.filter(led_there)).set(customers::merged_into.eq(into.as_str())).execute(conn)?;
    diesel::update(customers::table.find(from.as_str()))
        .set((
            customers::merged_into.eq(into.as_str()),
            customers::phone_number.eq(None::<String>),
            customers::metadata.eq("{}"),
            customers::search_text.eq(""),
            customers::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    metadata::replace(tx, ObjectKind::Customer, from.as_str(), "{}")
}

/// Where the customer's new address is that of one who was merged into them, the two addresses change places.
pub(super) fn take_back(tx: &mut Tx<'_>, customer: &Customer) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let merged: Option<String> = customers::table
        .filter(customers::email_key.eq(customer.email.key()))
        .filter(customers::merged_into.eq(customer.id.as_str()).assume_not_null())
        .select(customers::id)
        .first(conn)
        .optional()?;
    let Some(merged) = merged else { return Ok(()) };
    let present: String = customers::table.find(customer.id.as_str()).select(customers::email).first(conn)?;
    let present = EmailAddress::stored(present);
    let aside = EmailAddress::of_erased(&CustomerId::stored(merged.clone()));
    for (id, email) in [(merged.as_str(), &aside), (customer.id.as_str(), &customer.email), (&merged, &present)] {
        diesel::update(customers::table.find(id))
            .set((customers::email.eq(email.as_str()), customers::email_key.eq(email.key())))
            .execute(conn)?;
    }
    Ok(())
}
