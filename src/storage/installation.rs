//! Facts about this installation: its ids, the check value of its secret, what admins must know.

use diesel::prelude::*;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::schema::installation;

pub const BUSINESS_ID: &str = "business_id";
pub const BRAND_ID: &str = "brand_id";
pub const SECRET_CHECK: &str = "secret_check";
/// The mail server's words while it refuses us for a fault of our own; absent while all is well.
pub const MAIL_FAULT: &str = "mail_fault";

/// The fact of that name.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>, StorageError> {
    Ok(installation::table.find(name).select(installation::value).first(conn).optional()?)
}

/// Sets a fact.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(installation::table.find(name)).set(installation::value.eq(value)).execute(conn)?;
    if changed == 0 {
        diesel::insert_into(installation::table)
            .values((installation::name.eq(name), installation::value.eq(value)))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes a fact.
pub fn clear(tx: &mut Tx<'_>, name: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(installation::table.find(name)).execute(conn)?;
    Ok(())
}

/// The fact of that name, set to `value` first where there is none.
pub fn get_or_set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String, StorageError> {
    if let Some(present) = get(tx, name)? {
        return Ok(present);
    }
    set(tx, name, value)?;
    Ok(value.to_owned())
}
