//! License key instances: the activations that take up a key's limit.

use diesel::prelude::*;

use super::connection::Conn;
use super::error::StorageError;
use super::schema::license_key_instances;
use super::time::from_micros;
use crate::domain::ids::{LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key_instance::LicenseKeyInstance;

#[derive(Queryable)]
struct InstanceRow {
    id: String,
    license_key_id: String,
    name: String,
    created_at: i64,
}

impl From<InstanceRow> for LicenseKeyInstance {
    fn from(row: InstanceRow) -> Self {
        Self {
            id: LicenseKeyInstanceId::stored(row.id),
            license_key_id: LicenseKeyId::stored(row.license_key_id),
            name: row.name,
            created_at: from_micros(row.created_at),
        }
    }
}

/// A key's instances, the oldest first, 100 at most.
pub fn of_key(conn: &mut Conn, id: &LicenseKeyId) -> Result<Vec<LicenseKeyInstance>, StorageError> {
    let rows: Vec<InstanceRow> = license_key_instances::table
        .filter(license_key_instances::license_key_id.eq(id.as_str()))
        .order((license_key_instances::created_at.asc(), license_key_instances::id.asc()))
        .limit(100)
        .load(conn)?;
    Ok(rows.into_iter().map(LicenseKeyInstance::from).collect())
}
