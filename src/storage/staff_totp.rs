//! Second factors: the sealed secret an app shares with us, and hashes of recovery codes.

use diesel::prelude::*;
use jiff::Timestamp;

use super::connection::Conn;
use super::db::Tx;
use super::error::StorageError;
use super::schema::{staff_recovery_codes, staff_totp};
use super::time::{from_optional, to_micros};
use crate::crypto::Place;
use crate::domain::ids::StaffId;

/// A stored secret.
#[derive(Debug, Clone)]
pub struct StoredTotp {
    pub sealed: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// `None` until a first code has shown that the app has the secret.
    pub confirmed_at: Option<Timestamp>,
}

/// Where a secret is sealed for.
pub fn place(staff_id: &StaffId) -> Place<'_> {
    Place { table: "staff_totp", column: "secret", row: staff_id.as_str() }
}

/// A person's secret, confirmed or not.
pub fn find(conn: &mut Conn, staff_id: &StaffId) -> Result<Option<StoredTotp>, StorageError> {
    let row: Option<(Vec<u8>, i64, Option<i64>)> = staff_totp::table
        .find(staff_id.as_str())
        .select((staff_totp::secret, staff_totp::last_step, staff_totp::confirmed_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(sealed, last_step, confirmed_at)| StoredTotp {
        sealed,
        last_step,
        confirmed_at: from_optional(confirmed_at),
    }))
}

/// Whether a person signs in with a second factor.
pub fn is_confirmed(conn: &mut Conn, staff_id: &StaffId) -> Result<bool, StorageError> {
    Ok(find(conn, staff_id)?.is_some_and(|totp| totp.confirmed_at.is_some()))
}

/// The ids of everybody with a second factor.
pub fn all_confirmed(conn: &mut Conn) -> Result<Vec<String>, StorageError> {
    Ok(staff_totp::table.filter(staff_totp::confirmed_at.is_not_null()).select(staff_totp::staff_id).load(conn)?)
}

/// Keeps a new secret that is not confirmed yet, in place of another such one. A confirmed one
/// stays: `Conflict`.
pub fn insert(tx: &mut Tx<'_>, staff_id: &StaffId, sealed: &[u8], now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let unconfirmed = staff_totp::table.find(staff_id.as_str()).filter(staff_totp::confirmed_at.is_null());
    diesel::delete(unconfirmed).execute(conn)?;
    diesel::insert_into(staff_totp::table)
        .values((
            staff_totp::staff_id.eq(staff_id.as_str()),
            staff_totp::secret.eq(sealed),
            staff_totp::last_step.eq(0_i64),
            staff_totp::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes the first code; `false` where it was confirmed already.
pub fn confirm(tx: &mut Tx<'_>, staff_id: &StaffId, step: i64, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let unconfirmed = staff_totp::table.find(staff_id.as_str()).filter(staff_totp::confirmed_at.is_null());
    let changed = diesel::update(unconfirmed)
        .set((staff_totp::last_step.eq(step), staff_totp::confirmed_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Uses the code of a step; `false` where that one or a later one was used before.
pub fn use_step(tx: &mut Tx<'_>, staff_id: &StaffId, step: i64) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let earlier = staff_totp::table.find(staff_id.as_str()).filter(staff_totp::last_step.lt(step));
    Ok(diesel::update(earlier).set(staff_totp::last_step.eq(step)).execute(conn)? == 1)
}

/// Takes a person's second factor and recovery codes away; `false` where there was none.
pub fn delete(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(staff_id.as_str())))
        .execute(conn)?;
    Ok(diesel::delete(staff_totp::table.find(staff_id.as_str())).execute(conn)? == 1)
}

/// Replaces all recovery codes by these hashes.
pub fn set_recovery_codes(
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    hashes: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(staff_id.as_str())))
        .execute(conn)?;
    for hash in hashes {
        diesel::insert_into(staff_recovery_codes::table)
            .values((
                staff_recovery_codes::staff_id.eq(staff_id.as_str()),
                staff_recovery_codes::code_hash.eq(hash.as_slice()),
                staff_recovery_codes::created_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses a recovery code up; `false` where there is none of that hash.
pub fn use_recovery_code(tx: &mut Tx<'_>, staff_id: &StaffId, hash: &[u8; 32]) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let code = staff_recovery_codes::table.find((staff_id.as_str(), hash.as_slice()));
    Ok(diesel::delete(code).execute(conn)? == 1)
}

/// How many recovery codes are left.
pub fn recovery_codes_left(conn: &mut Conn, staff_id: &StaffId) -> Result<i64, StorageError> {
    let codes = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(staff_id.as_str()));
    Ok(codes.count().get_result(conn)?)
}
