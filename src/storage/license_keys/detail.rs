//! Everything about one license key, for its page.

use diesel::prelude::*;

use super::instances;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::replacement::Replacement;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::LicenseKey;
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::domain::stock::Batch;
use crate::storage::customers;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::grants::undo::replacements;
use crate::storage::schema::{grants, products};
use crate::storage::stock;

/// A key with everything related to it; its value stays encrypted.
#[derive(Debug, Clone)]
pub(crate) struct LicenseKeyDetail {
    pub key: LicenseKey,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub product_name: String,
    /// The batch that it came from, if it came from stock.
    pub batch: Option<Batch>,
    /// The grant it was delivered with, if any, and whether that grant is revoked.
    pub grant_id: Option<GrantId>,
    pub is_grant_revoked: bool,
    /// How it was replaced by another one, if it was.
    pub replacement: Option<Replacement>,
    /// Oldest first, at most 100.
    pub instances: Vec<LicenseKeyInstance>,
}

/// Everything about a key; `NotFound` if there is none with this id.
pub(crate) fn find(conn: &mut Conn, id: &LicenseKeyId) -> Result<LicenseKeyDetail, StorageError> {
    let key = super::find_sealed(conn, id)?.key;
    let customer = customers::find(conn, &key.customer_id)?;
    let product_name = products::table.find(key.product_id.as_str()).select(products::name).first::<String>(conn)?;
    let grant: Option<(String, String)> = grants::table
        .filter(grants::license_key_id.eq(id.as_str()))
        .select((grants::id, grants::status))
        .first(conn)
        .optional()?;
    let is_grant_revoked = grant.as_ref().is_some_and(|(_, status)| status == GrantStatus::Revoked.as_str());
    Ok(LicenseKeyDetail {
        customer_name: customer.name,
        customer_email: customer.email,
        product_name,
        grant_id: grant.map(|(id, _)| GrantId::stored(id)),
        is_grant_revoked,
        replacement: replacements::of_key(conn, id)?,
        instances: instances::of_key(conn, id)?,
        batch: stock::batches::of_license_key(conn, &key.summary)?,
        key,
    })
}
