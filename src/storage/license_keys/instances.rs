//! License key instances: the activations that count toward a key's limit.

use diesel::prelude::*;

use crate::domain::ids::{GrantId, LicenseKeyId, LicenseKeyInstanceId};
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::domain::page::number::PageNumber;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::from_micros;
use crate::storage::schema::{grants, license_key_instances};
use crate::storage::sql::inline_limit::InlineLimitDsl;

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

/// A key's instances, oldest first, at most 100.
pub(crate) fn of_key(conn: &mut Conn, id: &LicenseKeyId) -> Result<Vec<LicenseKeyInstance>, StorageError> {
    let rows: Vec<InstanceRow> = license_key_instances::table
        .filter(license_key_instances::license_key_id.eq(id.as_str()))
        .order((license_key_instances::created_at.asc(), license_key_instances::id.asc()))
        .inline_limit(100)
        .load(conn)?;
    Ok(rows.into_iter().map(LicenseKeyInstance::from).collect())
}

/// All instances of a key.
pub(crate) fn all_of_key(conn: &mut Conn, id: &LicenseKeyId) -> Result<Vec<LicenseKeyInstance>, StorageError> {
    let rows: Vec<InstanceRow> = license_key_instances::table
        .filter(license_key_instances::license_key_id.eq(id.as_str()))
        .order(license_key_instances::id)
        .load(conn)?;
    Ok(rows.into_iter().map(LicenseKeyInstance::from).collect())
}

/// The instance with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &LicenseKeyInstanceId) -> Result<LicenseKeyInstance, StorageError> {
    Ok(license_key_instances::table.find(id.as_str()).first::<InstanceRow>(conn)?.into())
}

/// What the list is filtered by; empty means everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct InstanceScope {
    pub license_key_id: Option<LicenseKeyId>,
    /// Only instances of this grant's key.
    pub grant_id: Option<GrantId>,
}

/// A page of instances, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    scope: &InstanceScope,
    page: PageNumber,
) -> Result<Vec<LicenseKeyInstance>, StorageError> {
    let mut query = license_key_instances::table.into_boxed();
    if let Some(id) = &scope.license_key_id {
        query = query.filter(license_key_instances::license_key_id.eq(id.to_string()));
    }
    if let Some(id) = &scope.grant_id {
        let key: Option<Option<String>> =
            grants::table.find(id.as_str()).select(grants::license_key_id).first(conn).optional()?;
        let Some(key) = key.flatten() else { return Ok(Vec::new()) };
        query = query.filter(license_key_instances::license_key_id.eq(key));
    }
    let rows: Vec<InstanceRow> = query
        .order((license_key_instances::created_at.desc(), license_key_instances::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(conn)?;
    Ok(rows.into_iter().map(LicenseKeyInstance::from).collect())
}
