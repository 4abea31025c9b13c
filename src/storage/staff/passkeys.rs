//! Passkeys: the public keys of people's devices.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PasskeyId, StaffId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::staff_passkeys;

/// A passkey, as listed.
#[derive(Debug, Clone)]
pub struct PasskeyLine {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// A passkey with its credential, for verification.
#[derive(Debug, Clone)]
pub struct StoredPasskey {
    pub id: PasskeyId,
    pub staff_id: StaffId,
    /// JSON as text.
    pub credential: String,
}

/// A person's passkeys, oldest first.
pub fn of_staff(conn: &mut Conn, staff_id: &StaffId) -> Result<Vec<PasskeyLine>, StorageError> {
    let rows: Vec<(String, String, i64, Option<i64>)> = staff_passkeys::table
        .filter(staff_passkeys::staff_id.eq(staff_id.as_str()))
        .order((staff_passkeys::created_at, staff_passkeys::id))
        .select((staff_passkeys::id, staff_passkeys::name, staff_passkeys::created_at, staff_passkeys::last_used_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, created_at, last_used_at)| PasskeyLine {
            id: PasskeyId::stored(id),
            name,
            created_at: from_micros(created_at),
            last_used_at: from_optional(last_used_at),
        })
        .collect())
}

/// The passkey with this credential.
pub fn find(conn: &mut Conn, credential_id: &[u8]) -> Result<Option<StoredPasskey>, StorageError> {
    let row: Option<(String, String, String)> = staff_passkeys::table
        .filter(staff_passkeys::credential_id.eq(credential_id))
        .select((staff_passkeys::id, staff_passkeys::staff_id, staff_passkeys::credential))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, staff_id, credential)| StoredPasskey {
        id: PasskeyId::stored(id),
        staff_id: StaffId::stored(staff_id),
        credential,
    }))
}

/// Inserts a new passkey; `Conflict` if the credential already exists.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &PasskeyId,
    staff_id: &StaffId,
    name: &str,
    credential_id: &[u8],
    credential: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(staff_passkeys::table)
        .values((
            staff_passkeys::id.eq(id.as_str()),
            staff_passkeys::staff_id.eq(staff_id.as_str()),
            staff_passkeys::name.eq(name),
            staff_passkeys::credential_id.eq(credential_id),
            staff_passkeys::credential.eq(credential),
            staff_passkeys::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Records a use and the device's new counter; `false` if the passkey has been removed.
pub(crate) fn note_use(
    tx: &mut Tx<'_>,
    id: &PasskeyId,
    credential: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(staff_passkeys::table.find(id.as_str()))
        .set((staff_passkeys::credential.eq(credential), staff_passkeys::last_used_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Whether the passkey belongs to the person.
pub(crate) fn is_of_staff(conn: &mut Conn, staff_id: &StaffId, id: &PasskeyId) -> Result<bool, StorageError> {
    let owner: Option<String> =
        staff_passkeys::table.find(id.as_str()).select(staff_passkeys::staff_id).first(conn).optional()?;
    Ok(owner.as_deref() == Some(staff_id.as_str()))
}

/// Deletes one of a person's passkeys, or all; returns how many were deleted.
pub(crate) fn delete(tx: &mut Tx<'_>, staff_id: &StaffId, id: Option<&PasskeyId>) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let of_person = staff_passkeys::table.filter(staff_passkeys::staff_id.eq(staff_id.as_str()));
    Ok(match id {
        Some(id) => diesel::delete(of_person.filter(staff_passkeys::id.eq(id.as_str()))).execute(conn)?,
        None => diesel::delete(of_person).execute(conn)?,
    })
}
