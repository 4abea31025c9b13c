//! The staff's identities at an identity provider: bound by issuer and subject, never by address. A person has one
//! subject per issuer.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::StaffId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::staff_identities;

/// An identity that a person is bound to, and when it was bound.
#[derive(Debug, Clone)]
pub struct Binding {
    pub issuer: String,
    pub subject: String,
    pub created_at: Timestamp,
}

/// The person with this identity.
pub fn find(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<StaffId>, StorageError> {
    let id: Option<String> =
        staff_identities::table.find((issuer, subject)).select(staff_identities::staff_id).first(conn).optional()?;
    Ok(id.map(StaffId::stored))
}

/// A person's bindings, oldest first.
pub fn of_staff(conn: &mut Conn, staff_id: &StaffId) -> Result<Vec<Binding>, StorageError> {
    let rows: Vec<(String, String, i64)> = staff_identities::table
        .filter(staff_identities::staff_id.eq(staff_id.as_str()))
        .order((staff_identities::created_at, staff_identities::issuer))
        .select((staff_identities::issuer, staff_identities::subject, staff_identities::created_at))
        .load(conn)?;
    let binding = |(issuer, subject, created_at)| Binding { issuer, subject, created_at: from_micros(created_at) };
    Ok(rows.into_iter().map(binding).collect())
}

/// Deletes a person's bindings.
pub fn delete_of(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(staff_identities::table.filter(staff_identities::staff_id.eq(staff_id.as_str()))).execute(conn)?;
    Ok(())
}

/// Binds an identity to a person; `Conflict` if the subject, or the person at this issuer, is already bound.
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
