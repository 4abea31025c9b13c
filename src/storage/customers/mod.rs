//! Customers, one per e-mail address. The id and the address of one who was merged into another lead to the other.

pub(crate) mod address_changes;
pub(crate) mod detail;
pub(crate) mod erasure;
pub(crate) mod figures;
pub(crate) mod list;
pub(crate) mod merging;
pub(crate) mod notes;
mod row;
pub(crate) mod search;

use diesel::prelude::*;
use jiff::Timestamp;

pub(super) use row::CustomerRow;
pub(super) use search::search_text;

use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::db::{Tx, dialect};
use super::metadata::{self, ObjectKind};
use super::schema::customers;
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::domain::page::number::PageNumber;
use crate::storage::sql::cached::CachedDsl;

/// The customer with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &CustomerId) -> Result<Customer, StorageError> {
    let known = customers::table.find(id.as_str());
    let (row, merged_into): (CustomerRow, Option<String>) =
        known.select((CustomerRow::as_select(), customers::merged_into)).first(conn)?;
    merged_into.map_or(Ok(row.into()), |living| find(conn, &CustomerId::stored(living)))
}

/// The customer with this address, compared case-insensitively.
pub fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Customer>, StorageError> {
    let row: Option<(CustomerRow, Option<String>)> = customers::table
        .filter(customers::email_key.eq(email.key()))
        .select((CustomerRow::as_select(), customers::merged_into))
        .first(conn)
        .optional()?;
    match row {
        Some((_, Some(living))) => find(conn, &CustomerId::stored(living)).map(Some),
        Some((row, None)) => Ok(Some(row.into())),
        None => Ok(None),
    }
}

/// The customer with this address, locked so that they cannot be erased until the transaction ends. If `will_change`
/// returns true for the customer, the row is locked for writing right away.
pub fn lock_by_email(
    tx: &mut Tx<'_>,
    email: &EmailAddress,
    will_change: impl Fn(&Customer) -> bool,
) -> Result<Option<Customer>, StorageError> {
    loop {
        let Some(found) = find_by_email(tx, email)? else { return Ok(None) };
        if tx.is_sqlite() {
            return Ok(Some(found));
        }
        if will_change(&found) {
            lock(tx, &found.id)?;
        } else {
            dialect::hold_customer(tx, &found.id)?;
        }
        if let Some(held) = find_by_email(tx, email)?.filter(|held| held.id == found.id) {
            return Ok(Some(held));
        }
    }
}

/// Inserts a new customer; `Conflict` if the address is taken.
pub fn insert(tx: &mut Tx<'_>, customer: &Customer) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(customers::table)
        .values((
            customers::id.eq(customer.id.as_str()),
            customers::email.eq(customer.email.as_str()),
            customers::email_key.eq(customer.email.key()),
            customers::name.eq(&customer.name),
            customers::locale.eq(&customer.locale),
            customers::phone_number.eq(&customer.phone_number),
            customers::metadata.eq(&customer.metadata),
            customers::search_text.eq(search_text(customer)),
            customers::created_at.eq(to_micros(customer.created_at)),
            customers::updated_at.eq(to_micros(customer.created_at)),
        ))
        .execute(conn)?;
    metadata::insert(tx, ObjectKind::Customer, customer.id.as_str(), &customer.metadata)
}

/// Updates a customer's fields; `Conflict` if another customer has the address.
pub fn update(tx: &mut Tx<'_>, customer: &Customer, now: Timestamp) -> Result<(), StorageError> {
    merging::take_back(tx, customer)?;
    let conn: &mut Conn = tx;
    let search_text = merging::whole_search_text(conn, customer)?;
    diesel::update(customers::table.find(customer.id.as_str()))
        .set((
            customers::email.eq(customer.email.as_str()),
            customers::email_key.eq(customer.email.key()),
            customers::name.eq(&customer.name),
            customers::locale.eq(&customer.locale),
            customers::phone_number.eq(&customer.phone_number),
            customers::metadata.eq(&customer.metadata),
            customers::search_text.eq(search_text),
            customers::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    metadata::replace(tx, ObjectKind::Customer, customer.id.as_str(), &customer.metadata)
}

/// Locks a customer's row until the transaction ends, if the database has row locks.
pub fn lock(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let living = customers::table.find(id.as_str()).filter(customers::merged_into.is_null());
    let changed = diesel::update(living).set(customers::id.eq(id.as_str())).cached().execute(conn)?;
    if changed == 1 {
        return Ok(());
    }
    let living = merging::merged_into(tx, id)?.ok_or(StorageError::NotFound)?;
    lock(tx, &living)
}

/// A page of customers, newest first, optionally only the one with this address.
pub fn list(conn: &mut Conn, email: Option<&EmailAddress>, page: PageNumber) -> Result<Vec<Customer>, StorageError> {
    if let Some(email) = email {
        let found = find_by_email(conn, email)?.filter(|_| page.offset() == 0);
        return Ok(found.into_iter().collect());
    }
    let rows: Vec<CustomerRow> = customers::table
        .filter(customers::merged_into.is_null())
        .select(CustomerRow::as_select())
        .order((customers::created_at.desc(), customers::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(conn)?;
    Ok(rows.into_iter().map(Customer::from).collect())
}
