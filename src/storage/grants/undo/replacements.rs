//! The keys of grants that were replaced by others, and how many of a batch were.

use diesel::prelude::*;

use crate::domain::grant::replacement::{InstancesFate, ReplaceReason, Replacement};
use crate::domain::ids::{BatchId, CustomerId, EntitlementId, GrantId, LicenseKeyId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{batches, grants, license_keys, replacements, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = replacements)]
struct Row {
    old_license_key_id: String,
    license_key_id: String,
    grant_id: String,
    reason: String,
    details: Option<String>,
    instances: String,
    customer_note: Option<String>,
    was_active: bool,
    batch_id: Option<String>,
    replaced_by: String,
    replaced_at: i64,
}

impl TryFrom<Row> for Replacement {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the replacement of {}", row.old_license_key_id));
        Ok(Self {
            reason: ReplaceReason::parse(&row.reason).ok_or_else(corrupt)?,
            instances: InstancesFate::parse(&row.instances).ok_or_else(corrupt)?,
            old_key_id: LicenseKeyId::stored(row.old_license_key_id),
            new_key_id: LicenseKeyId::stored(row.license_key_id),
            grant_id: GrantId::stored(row.grant_id),
            details: row.details,
            customer_note: row.customer_note,
            was_active: row.was_active,
            batch_id: row.batch_id.map(BatchId::stored),
            replaced_by: row.replaced_by,
            replaced_at: from_micros(row.replaced_at),
        })
    }
}

/// Notes a replacement; `Conflict` if the key was replaced before.
pub(crate) fn insert(tx: &mut Tx<'_>, replacement: &Replacement) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let row = Row {
        old_license_key_id: replacement.old_key_id.to_string(),
        license_key_id: replacement.new_key_id.to_string(),
        grant_id: replacement.grant_id.to_string(),
        reason: replacement.reason.as_str().to_owned(),
        details: replacement.details.clone(),
        instances: replacement.instances.as_str().to_owned(),
        customer_note: replacement.customer_note.clone(),
        was_active: replacement.was_active,
        batch_id: replacement.batch_id.as_ref().map(ToString::to_string),
        replaced_by: replacement.replaced_by.clone(),
        replaced_at: to_micros(replacement.replaced_at),
    };
    diesel::insert_into(replacements::table).values(row).execute(conn)?;
    Ok(())
}

/// Forgets a replacement that was undone.
pub(crate) fn delete(tx: &mut Tx<'_>, old: &LicenseKeyId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(replacements::table.find(old.as_str())).execute(conn)?;
    Ok(())
}

/// How a key was replaced, if it was.
pub(crate) fn of_key(conn: &mut Conn, old: &LicenseKeyId) -> Result<Option<Replacement>, StorageError> {
    let row: Option<Row> = replacements::table.find(old.as_str()).select(Row::as_select()).first(conn).optional()?;
    row.map(Replacement::try_from).transpose()
}

/// A replaced key as its grant's page shows it.
#[derive(Debug, Clone)]
pub struct ReplacedKey {
    pub replacement: Replacement,
    /// The last characters of the old key.
    pub last_four: String,
    /// The name of whoever replaced it, if it was a person.
    pub name: Option<String>,
}

/// The keys that a grant had before, latest first, at most 20.
pub(crate) fn of_grant(conn: &mut Conn, id: &GrantId) -> Result<Vec<ReplacedKey>, StorageError> {
    let rows: Vec<(Row, String, Option<String>)> = replacements::table
        .inner_join(license_keys::table.on(license_keys::id.eq(replacements::old_license_key_id)))
        .left_join(staff::table.on(staff::id.eq(replacements::replaced_by)))
        .filter(replacements::grant_id.eq(id.as_str()))
        .order((replacements::replaced_at.desc(), replacements::old_license_key_id.desc()))
        .select((Row::as_select(), license_keys::last_four, staff::name.nullable()))
        .inline_limit(20)
        .load(conn)?;
    rows.into_iter()
        .map(|(row, last_four, name)| Ok(ReplacedKey { replacement: row.try_into()?, last_four, name }))
        .collect()
}

/// The replacement that gave a grant this key, with the last characters of the key before; `None` if it is its first.
pub(crate) fn that_gave(
    conn: &mut Conn,
    grant_id: &GrantId,
    key: &LicenseKeyId,
) -> Result<Option<ReplacedKey>, StorageError> {
    Ok(of_grant(conn, grant_id)?.into_iter().find(|replaced| replaced.replacement.new_key_id == *key))
}

/// How many keys of a batch were replaced as defective.
pub(crate) fn defects_of_batch(conn: &mut Conn, id: &BatchId) -> Result<i64, StorageError> {
    let defects = replacements::table
        .filter(replacements::batch_id.eq(id.as_str()))
        .filter(replacements::reason.eq(ReplaceReason::Defective.as_str()));
    Ok(defects.count().get_result(conn)?)
}

/// How many keys of a supplier's batches of the same entitlement were replaced as defective.
pub(crate) fn defects_of_supplier(
    conn: &mut Conn,
    entitlement_id: &EntitlementId,
    supplier: &str,
) -> Result<i64, StorageError> {
    let defects = batches::table
        .inner_join(replacements::table)
        .filter(batches::entitlement_id.eq(entitlement_id.as_str()))
        .filter(batches::supplier.eq(supplier))
        .filter(replacements::reason.eq(ReplaceReason::Defective.as_str()));
    Ok(defects.count().get_result(conn)?)
}

/// Erases the texts about the keys of a customer's grants.
pub(crate) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_customer = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    diesel::update(replacements::table.filter(replacements::grant_id.eq_any(of_customer)))
        .set((replacements::details.eq(None::<String>), replacements::customer_note.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}
