//! Recovery codes, stored as hashes; each can be used once.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::StaffId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::staff_recovery_codes;

/// Replaces all recovery codes with these hashes.
pub fn replace(tx: &mut Tx<'_>, staff_id: &StaffId, hashes: &[[u8; 32]], now: Timestamp) -> Result<(), StorageError> {
    delete_all(tx, staff_id)?;
    let conn: &mut Conn = tx;
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

/// Uses up a recovery code; `false` if none has this hash.
pub fn use_up(tx: &mut Tx<'_>, staff_id: &StaffId, hash: &[u8; 32]) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let code = staff_recovery_codes::table.find((staff_id.as_str(), hash.as_slice()));
    Ok(diesel::delete(code).execute(conn)? == 1)
}

/// The number of remaining recovery codes.
pub fn count(conn: &mut Conn, staff_id: &StaffId) -> Result<i64, StorageError> {
    let codes = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(staff_id.as_str()));
    Ok(codes.count().get_result(conn)?)
}

/// Deletes all of a person's recovery codes.
pub fn delete_all(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_person = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(staff_id.as_str()));
    diesel::delete(of_person).execute(conn)?;
    Ok(())
}
