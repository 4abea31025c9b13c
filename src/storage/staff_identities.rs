//! Who members of staff are at an identity provider: bound by issuer and subject, never by address.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::Conn;
use super::db::Tx;
use super::error::StorageError;
use super::schema::staff_identities;
use super::time::to_micros;
use crate::domain::ids::StaffId;

/// Whose identity it is.
pub fn find(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<StaffId>, StorageError> {
    let id: Option<String> =
        staff_identities::table.find((issuer, subject)).select(staff_identities::staff_id).first(conn).optional()?;
    Ok(id.map(StaffId::stored))
}

/// Binds an identity to a person.
pub fn insert(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    staff_id: &StaffId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(staff_identities::table)
        .values((
            staff_identities::issuer.eq(issuer),
            staff_identities::subject.eq(subject),
            staff_identities::staff_id.eq(staff_id.as_str()),
            staff_identities::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
