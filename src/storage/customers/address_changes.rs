//! Address changes: where a customer's keys were sent before, and where they are sent now.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{AddressChangeId, CustomerId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{address_changes, api_keys, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// An address change to be inserted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewAddressChange<'a> {
    pub id: &'a AddressChangeId,
    pub customer_id: &'a CustomerId,
    /// The customer that the grant was moved to, if the new address belonged to another customer.
    pub new_customer_id: Option<&'a CustomerId>,
    /// The grant whose key was sent to the new address.
    pub grant_id: Option<&'a GrantId>,
    pub old_address: &'a EmailAddress,
    pub new_address: &'a EmailAddress,
}

/// An address change, as displayed.
#[derive(Debug, Clone)]
pub struct AddressChange {
    pub actor_kind: String,
    pub actor_id: String,
    /// The name of the person or API key that made the change.
    pub actor_name: Option<String>,
    /// Both addresses are absent once either customer is erased.
    pub old_address: Option<String>,
    pub new_address: Option<String>,
    pub created_at: Timestamp,
}

/// Inserts an address change.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    change: &NewAddressChange<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(address_changes::table)
        .values((
            address_changes::id.eq(change.id.as_str()),
            address_changes::customer_id.eq(change.customer_id.as_str()),
            address_changes::new_customer_id.eq(change.new_customer_id.map(CustomerId::as_str)),
            address_changes::grant_id.eq(change.grant_id.map(GrantId::as_str)),
            address_changes::actor_kind.eq(actor.kind()),
            address_changes::actor_id.eq(actor.id()),
            address_changes::old_address.eq(change.old_address.as_str()),
            address_changes::new_address.eq(change.new_address.as_str()),
            address_changes::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

type Row = (String, String, Option<String>, Option<String>, Option<String>, Option<String>, i64);

/// The latest address changes of a grant and of its customer, newest first, at most 20.
pub(crate) fn of_grant(
    conn: &mut Conn,
    grant_id: &GrantId,
    customer_id: &CustomerId,
) -> Result<Vec<AddressChange>, StorageError> {
    let is_of_grant = address_changes::grant_id.eq(grant_id.as_str()).assume_not_null();
    let rows: Vec<Row> = address_changes::table
        .left_join(staff::table.on(staff::id.eq(address_changes::actor_id)))
        .left_join(api_keys::table.on(api_keys::id.eq(address_changes::actor_id)))
        .filter(address_changes::customer_id.eq(customer_id.as_str()).or(is_of_grant))
        .order((address_changes::created_at.desc(), address_changes::id.desc()))
        .select((
            address_changes::actor_kind,
            address_changes::actor_id,
            staff::name.nullable(),
            api_keys::name.nullable(),
            address_changes::old_address,
            address_changes::new_address,
            address_changes::created_at,
        ))
        .inline_limit(20)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(actor_kind, actor_id, staff_name, api_key_name, old_address, new_address, created_at)| AddressChange {
            actor_kind,
            actor_id,
            actor_name: staff_name.or(api_key_name),
            old_address,
            new_address,
            created_at: from_micros(created_at),
        })
        .collect())
}

/// Clears both addresses of every change that involves a customer.
pub(crate) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let is_new_customer = address_changes::new_customer_id.eq(id.as_str()).assume_not_null();
    diesel::update(address_changes::table.filter(address_changes::customer_id.eq(id.as_str()).or(is_new_customer)))
        .set((address_changes::old_address.eq(None::<String>), address_changes::new_address.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}
