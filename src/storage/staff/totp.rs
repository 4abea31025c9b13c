//! Authenticator apps: the encrypted secret shared with the app, stored once a first code has confirmed it.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::ids::StaffId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::staff_totp;

/// A stored secret.
#[derive(Debug, Clone)]
pub struct StoredTotp {
    pub sealed: Vec<u8>,
    /// The last time step whose code was used.
    pub last_step: i64,
}

/// The associated data of an encrypted secret.
pub fn associated_data(staff_id: &StaffId) -> AssociatedData<'_> {
    AssociatedData { table: "staff_totp", column: "secret", row: staff_id.as_str() }
}

/// A person's secret.
pub fn find(conn: &mut Conn, staff_id: &StaffId) -> Result<Option<StoredTotp>, StorageError> {
    let row: Option<(Vec<u8>, i64)> = staff_totp::table
        .find(staff_id.as_str())
        .select((staff_totp::secret, staff_totp::last_step))
        .first(conn)
        .optional()?;
    Ok(row.map(|(sealed, last_step)| StoredTotp { sealed, last_step }))
}

/// Inserts a secret that a first code has confirmed; `Conflict` if there already is one.
pub fn insert(
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    sealed: &[u8],
    used_step: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(staff_totp::table)
        .values((
            staff_totp::staff_id.eq(staff_id.as_str()),
            staff_totp::secret.eq(sealed),
            staff_totp::last_step.eq(used_step),
            staff_totp::created_at.eq(to_micros(now)),
            staff_totp::confirmed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses the code of a time step; `false` if that step or a later one was already used.
pub fn use_step(tx: &mut Tx<'_>, staff_id: &StaffId, step: i64) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let earlier = staff_totp::table.find(staff_id.as_str()).filter(staff_totp::last_step.lt(step));
    Ok(diesel::update(earlier).set(staff_totp::last_step.eq(step)).execute(conn)? == 1)
}

/// Deletes a person's secret; `false` if there was none.
pub fn delete(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(staff_totp::table.find(staff_id.as_str())).execute(conn)? == 1)
}
