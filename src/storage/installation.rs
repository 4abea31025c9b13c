//! Settings of this installation stored in the database: its ids, the check value of its secret, warnings for admins.

use diesel::prelude::*;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::schema::installation;
use crate::domain::customer::EmailAddress;

pub const BUSINESS_ID: &str = "business_id";
pub const BRAND_ID: &str = "brand_id";
pub const SECRET_CHECK: &str = "secret_check";
/// The mail server's reply while it rejects us for a reason on our side; absent while mail works.
pub const MAIL_FAULT: &str = "mail_fault";

/// `yes` or `no`: whether the mail server, when last connected to, could send to addresses with other letters than
/// ASCII before the @.
pub const SMTP_UTF8: &str = "smtp_utf8";

/// Whether the mail server is known not to send to this address.
pub fn is_unreachable(conn: &mut Conn, email: &EmailAddress) -> Result<bool, StorageError> {
    Ok(email.needs_utf8() && get(conn, SMTP_UTF8)?.as_deref() == Some("no"))
}

/// The value of this name.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>, StorageError> {
    Ok(installation::table.find(name).select(installation::value).first(conn).optional()?)
}

/// Sets a value.
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

/// Removes a value.
pub fn clear(tx: &mut Tx<'_>, name: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(installation::table.find(name)).execute(conn)?;
    Ok(())
}

/// The value of this name; stores `value` first if there is none.
pub fn get_or_set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String, StorageError> {
    if let Some(present) = get(tx, name)? {
        return Ok(present);
    }
    set(tx, name, value)?;
    Ok(value.to_owned())
}
