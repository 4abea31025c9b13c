//! Using and releasing activations of a license key. The counter changes together with the instance's row, in one
//! transaction, under a guard.

use diesel::prelude::*;
use jiff::Timestamp;

use super::ACTIVE;
use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::{license_key_instances, license_keys as keys};

/// Uses one activation; `false` if none is left or the key cannot be used at `now`.
pub(crate) fn take_place(tx: &mut Tx<'_>, id: &LicenseKeyId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let has_place = keys::activations_limit
        .is_null()
        .or(keys::activations_used.nullable().lt(keys::activations_limit).assume_not_null());
    let is_valid = keys::expires_at.is_null().or(keys::expires_at.gt(to_micros(now)).assume_not_null());
    let usable = keys::table.find(id.as_str()).filter(keys::status.eq(ACTIVE)).filter(has_place).filter(is_valid);
    let taken = diesel::update(usable).set(keys::activations_used.eq(keys::activations_used + 1)).execute(conn)?;
    Ok(taken == 1)
}

/// Inserts the instance that used an activation.
pub(crate) fn insert(tx: &mut Tx<'_>, instance: &LicenseKeyInstance) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(license_key_instances::table)
        .values((
            license_key_instances::id.eq(instance.id.as_str()),
            license_key_instances::license_key_id.eq(instance.license_key_id.as_str()),
            license_key_instances::name.eq(&instance.name),
            license_key_instances::created_at.eq(to_micros(instance.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes the instance and releases its activation; `false` if it no longer exists. Locks the key first, like
/// activation and erasure do.
pub(crate) fn give_place_back(
    tx: &mut Tx<'_>,
    key_id: &LicenseKeyId,
    id: &LicenseKeyInstanceId,
) -> Result<bool, StorageError> {
    super::lock(tx, key_id)?;
    let conn: &mut Conn = tx;
    let removed = diesel::delete(
        license_key_instances::table
            .find(id.as_str())
            .filter(license_key_instances::license_key_id.eq(key_id.as_str())),
    )
    .execute(conn)?;
    if removed == 0 {
        return Ok(false);
    }
    diesel::update(keys::table.find(key_id.as_str()).filter(keys::activations_used.gt(0)))
        .set(keys::activations_used.eq(keys::activations_used - 1))
        .execute(conn)?;
    Ok(true)
}

/// Renames an instance; `false` if there is none with this id.
pub(crate) fn rename(tx: &mut Tx<'_>, id: &LicenseKeyInstanceId, name: &str) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(license_key_instances::table.find(id.as_str()))
        .set(license_key_instances::name.eq(name))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Makes the activations of one key those of another; returns how many there are.
pub(crate) fn move_all(tx: &mut Tx<'_>, from: &LicenseKeyId, to: &LicenseKeyId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let instances = license_key_instances::table.filter(license_key_instances::license_key_id.eq(from.as_str()));
    let moved = diesel::update(instances).set(license_key_instances::license_key_id.eq(to.as_str())).execute(conn)?;
    set_used(tx, from, 0)?;
    set_used(tx, to, moved)?;
    Ok(moved)
}

/// Ends the activations of a key; returns how many there were.
pub(crate) fn end_all(tx: &mut Tx<'_>, id: &LicenseKeyId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let instances = license_key_instances::table.filter(license_key_instances::license_key_id.eq(id.as_str()));
    let ended = diesel::delete(instances).execute(conn)?;
    set_used(tx, id, 0)?;
    Ok(ended)
}

/// Brings ended activations of a key back.
pub(crate) fn bring_back(
    tx: &mut Tx<'_>,
    id: &LicenseKeyId,
    instances: &[LicenseKeyInstance],
) -> Result<(), StorageError> {
    for instance in instances {
        insert(tx, instance)?;
    }
    set_used(tx, id, instances.len())
}

fn set_used(tx: &mut Tx<'_>, id: &LicenseKeyId, used: usize) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let used = i32::try_from(used).unwrap_or(i32::MAX);
    diesel::update(keys::table.find(id.as_str())).set(keys::activations_used.eq(used)).execute(conn)?;
    Ok(())
}
