//! License keys by page number, newest first, for the API. Links are no license keys.

use diesel::prelude::*;
use jiff::Timestamp;

use super::ACTIVE;
use crate::domain::ids::{CustomerId, LicenseKeyId, ProductId};
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus};
use crate::domain::page::number::PageNumber;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::license_keys;

/// What the list is filtered by; empty means everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct LicenseKeyScope {
    pub customer_id: Option<CustomerId>,
    pub product_id: Option<ProductId>,
    pub status: Option<LicenseKeyStatus>,
    pub source: Option<LicenseKeySource>,
    pub created_from: Option<Timestamp>,
    pub created_until: Option<Timestamp>,
}

/// A page of key ids; whether a key is expired depends on `now`.
pub(crate) fn list(
    conn: &mut Conn,
    scope: &LicenseKeyScope,
    page: PageNumber,
    now: Timestamp,
) -> Result<Vec<LicenseKeyId>, StorageError> {
    let mut query =
        license_keys::table.filter(diesel::dsl::not(license_keys::is_link)).select(license_keys::id).into_boxed();
    if let Some(id) = &scope.customer_id {
        query = query.filter(license_keys::customer_id.eq(id.to_string()));
    }
    if let Some(id) = &scope.product_id {
        query = query.filter(license_keys::product_id.eq(id.to_string()));
    }
    if let Some(source) = scope.source {
        query = query.filter(license_keys::source.eq(source.as_str()));
    }
    if let Some(at) = scope.created_from {
        query = query.filter(license_keys::created_at.ge(to_micros(at)));
    }
    if let Some(at) = scope.created_until {
        query = query.filter(license_keys::created_at.le(to_micros(at)));
    }
    let now = to_micros(now);
    query = match scope.status {
        None => query,
        Some(LicenseKeyStatus::Disabled) => query.filter(license_keys::status.ne(ACTIVE)),
        Some(LicenseKeyStatus::Expired) => {
            query.filter(license_keys::status.eq(ACTIVE)).filter(license_keys::expires_at.le(now).assume_not_null())
        }
        Some(LicenseKeyStatus::Active) => query
            .filter(license_keys::status.eq(ACTIVE))
            .filter(license_keys::expires_at.is_null().or(license_keys::expires_at.gt(now).assume_not_null())),
    };
    let ids: Vec<String> = query
        .order((license_keys::created_at.desc(), license_keys::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(conn)?;
    Ok(ids.into_iter().map(LicenseKeyId::stored).collect())
}
