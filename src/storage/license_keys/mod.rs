//! License keys: encrypted values, looked up by a keyed hash.

pub(crate) mod activations;
pub(crate) mod api_list;
pub(crate) mod detail;
pub(crate) mod index;
pub(crate) mod instances;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod lookup;
pub(crate) mod reveals;

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

pub use index::KeyIndex;
pub use lookup::IssuedKey;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::{grants, license_key_instances, license_keys};
use crate::crypto::{AssociatedData, Keyring};
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId, ProductId};
use crate::domain::license_key::{ExpirySource, LicenseKey, LicenseKeySource, LicenseKeySummary, LicenseKeyValue};

/// A key to be inserted; its value is already encrypted.
#[derive(Debug)]
pub struct NewLicenseKey<'a> {
    pub id: &'a LicenseKeyId,
    /// Whether it is a link to a platform instead of a key.
    pub is_link: bool,
    pub customer_id: &'a CustomerId,
    pub product_id: &'a ProductId,
    pub ciphertext: &'a [u8],
    pub index: &'a KeyIndex,
    /// 0 for the first key with this value; a further number for each key that shares it.
    pub copy: i32,
    pub source: LicenseKeySource,
    pub activations_limit: Option<i32>,
    pub expires_at: Option<Timestamp>,
    pub expires_zone: Option<&'a str>,
    pub expiry_source: Option<ExpirySource>,
    pub payment_id: Option<&'a str>,
    pub subscription_id: Option<&'a str>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = license_keys)]
pub(super) struct LicenseKeyRow {
    id: String,
    is_link: bool,
    last_four: String,
    source: String,
    status: String,
    activations_used: i32,
    activations_limit: Option<i32>,
    expires_at: Option<i64>,
    expires_zone: Option<String>,
    expiry_source: Option<String>,
    created_at: i64,
}

impl TryFrom<LicenseKeyRow> for LicenseKeySummary {
    type Error = StorageError;

    fn try_from(row: LicenseKeyRow) -> Result<Self, StorageError> {
        let source = LicenseKeySource::parse(&row.source)
            .ok_or_else(|| StorageError::Corrupt(format!("the source of {}", row.id)))?;
        Ok(Self {
            id: LicenseKeyId::stored(row.id),
            is_link: row.is_link,
            last_four: row.last_four,
            source,
            is_disabled: row.status != ACTIVE,
            stays_disabled: row.status == DISABLED,
            activations_used: row.activations_used,
            activations_limit: row.activations_limit,
            expires_at: from_optional(row.expires_at),
            expires_zone: row.expires_zone,
            expiry_source: row.expiry_source.as_deref().and_then(ExpirySource::parse),
            created_at: from_micros(row.created_at),
        })
    }
}

/// Inserts a key; `Conflict` if this copy of the value was issued before.
pub fn insert(tx: &mut Tx<'_>, key: &NewLicenseKey<'_>, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(license_keys::table)
        .values((
            license_keys::id.eq(key.id.as_str()),
            license_keys::is_link.eq(key.is_link),
            license_keys::customer_id.eq(key.customer_id.as_str()),
            license_keys::product_id.eq(key.product_id.as_str()),
            license_keys::ciphertext.eq(key.ciphertext),
            license_keys::value_hash.eq(key.index.value_hash.as_slice()),
            license_keys::copy.eq(key.copy),
            license_keys::folded_hash.eq(key.index.folded_hash.map(Vec::from)),
            license_keys::ending.eq(key.index.ending.as_deref()),
            license_keys::last_four.eq(&key.index.last_four),
            license_keys::has_white_space.eq(key.index.has_white_space),
            license_keys::source.eq(key.source.as_str()),
            license_keys::status.eq(ACTIVE),
            license_keys::activations_used.eq(0),
            license_keys::activations_limit.eq(key.activations_limit),
            license_keys::expires_at.eq(key.expires_at.map(to_micros)),
            license_keys::expires_zone.eq(key.expires_zone),
            license_keys::expiry_source.eq(key.expiry_source.map(ExpirySource::as_str)),
            license_keys::payment_id.eq(key.payment_id),
            license_keys::subscription_id.eq(key.subscription_id),
            license_keys::created_at.eq(to_micros(now)),
            license_keys::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The facts about a key that may be shown; `NotFound` if there is none with this id.
pub fn find(conn: &mut Conn, id: &LicenseKeyId) -> Result<LicenseKeySummary, StorageError> {
    license_keys::table.find(id.as_str()).select(LicenseKeyRow::as_select()).first::<LicenseKeyRow>(conn)?.try_into()
}

/// A key with its encrypted value, for callers that may decrypt it.
#[derive(Debug, Clone)]
pub struct SealedKey {
    pub key: LicenseKey,
    ciphertext: Vec<u8>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = license_keys)]
struct SealedRow {
    #[diesel(embed)]
    summary: LicenseKeyRow,
    customer_id: String,
    product_id: String,
    payment_id: Option<String>,
    subscription_id: Option<String>,
    ciphertext: Vec<u8>,
}

impl TryFrom<SealedRow> for SealedKey {
    type Error = StorageError;

    fn try_from(row: SealedRow) -> Result<Self, StorageError> {
        let key = LicenseKey {
            summary: row.summary.try_into()?,
            customer_id: CustomerId::stored(row.customer_id),
            product_id: ProductId::stored(row.product_id),
            payment_id: row.payment_id,
            subscription_id: row.subscription_id,
        };
        Ok(Self { key, ciphertext: row.ciphertext })
    }
}

impl SealedKey {
    /// The encrypted value.
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }

    /// Whether the customer was erased, and the value with them.
    pub fn is_erased(&self) -> bool {
        self.ciphertext.is_empty()
    }

    /// The value in plaintext; `None` if it was erased. This does not record anything, so only code that records the
    /// access, and the outbox, which sends the key to the customer, may call it. A test lists the callers.
    pub fn open(&self, keyring: &Keyring) -> Result<Option<LicenseKeyValue>, StorageError> {
        if self.is_erased() {
            return Ok(None);
        }
        let id = &self.key.summary.id;
        let unreadable = |cause: String| StorageError::Corrupt(format!("the sealed value of {id}: {cause}"));
        let bytes =
            keyring.open(&associated_data(id), &self.ciphertext).map_err(|error| unreadable(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| unreadable(error.utf8_error().to_string()))?;
        Ok(Some(LicenseKeyValue::stored(text)))
    }
}

/// The associated data of a license key's ciphertext: it cannot be decrypted with any other.
pub fn associated_data(id: &LicenseKeyId) -> AssociatedData<'_> {
    AssociatedData { table: "license_keys", column: "ciphertext", row: id.as_str() }
}

/// The key with this id, encrypted; `NotFound` if there is none.
pub fn find_sealed(conn: &mut Conn, id: &LicenseKeyId) -> Result<SealedKey, StorageError> {
    license_keys::table.find(id.as_str()).select(SealedRow::as_select()).first::<SealedRow>(conn)?.try_into()
}

/// The keys with these ids, encrypted, by id.
pub fn sealed_of(conn: &mut Conn, ids: &[&LicenseKeyId]) -> Result<HashMap<String, SealedKey>, StorageError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let rows: Vec<SealedRow> =
        license_keys::table.filter(license_keys::id.eq_any(ids)).select(SealedRow::as_select()).load(conn)?;
    let sealed = rows.into_iter().map(|row| {
        let sealed = SealedKey::try_from(row)?;
        Ok((sealed.key.summary.id.to_string(), sealed))
    });
    sealed.collect()
}

/// The stored states: usable, disabled by staff, disabled by a revoked grant. The last two differ because restoring a
/// grant must not enable a key that staff disabled.
pub(super) const ACTIVE: &str = "active";
const DISABLED: &str = "disabled";
pub(super) const REVOKED: &str = "revoked";

/// Disables a key because its grant is revoked; `false` if it was already disabled.
pub fn revoke(tx: &mut Tx<'_>, id: &LicenseKeyId, now: Timestamp) -> Result<bool, StorageError> {
    move_status(tx, id, ACTIVE, REVOKED, now)
}

/// Enables a key because its grant is restored; `false` if staff disabled it.
pub fn restore(tx: &mut Tx<'_>, id: &LicenseKeyId, now: Timestamp) -> Result<bool, StorageError> {
    move_status(tx, id, REVOKED, ACTIVE, now)
}

fn move_status(tx: &mut Tx<'_>, id: &LicenseKeyId, from: &str, to: &str, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(license_keys::table.find(id.as_str()).filter(license_keys::status.eq(from)))
        .set((license_keys::status.eq(to), license_keys::updated_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Disables a key on behalf of staff, or enables it.
pub fn set_disabled(tx: &mut Tx<'_>, id: &LicenseKeyId, is_disabled: bool) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(license_keys::table.find(id.as_str()))
        .set(license_keys::status.eq(if is_disabled { DISABLED } else { ACTIVE }))
        .execute(conn)?;
    Ok(())
}

/// Moves a key to another customer record.
pub fn set_customer(tx: &mut Tx<'_>, id: &LicenseKeyId, customer_id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(license_keys::table.find(id.as_str()))
        .set(license_keys::customer_id.eq(customer_id.as_str()))
        .execute(conn)?;
    Ok(())
}

/// Locks a key's row until the transaction ends, if the database has row locks.
pub fn lock(tx: &mut Tx<'_>, id: &LicenseKeyId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(license_keys::table.find(id.as_str())).set(license_keys::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Deletes a key that nobody has got and no grant has; `false` if it was used.
pub(crate) fn delete_unused(tx: &mut Tx<'_>, id: &LicenseKeyId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let used: i64 = license_key_instances::table
        .filter(license_key_instances::license_key_id.eq(id.as_str()))
        .count()
        .get_result(conn)?;
    if used > 0 {
        return Ok(false);
    }
    Ok(diesel::delete(license_keys::table.find(id.as_str())).execute(conn)? == 1)
}

/// Updates a key's limit and expiry.
pub fn update(tx: &mut Tx<'_>, key: &LicenseKeySummary, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(license_keys::table.find(key.id.as_str()))
        .set((
            license_keys::activations_limit.eq(key.activations_limit),
            license_keys::expires_at.eq(key.expires_at.map(to_micros)),
            license_keys::expires_zone.eq(key.expires_zone.as_deref()),
            license_keys::expiry_source.eq(key.expiry_source.map(ExpirySource::as_str)),
            license_keys::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The key that a grant was delivered with, if any.
pub fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Option<LicenseKeySummary>, StorageError> {
    let row: Option<LicenseKeyRow> = license_keys::table
        .inner_join(grants::table)
        .filter(grants::id.eq(grant_id.as_str()))
        .select(LicenseKeyRow::as_select())
        .first(conn)
        .optional()?;
    row.map(LicenseKeySummary::try_from).transpose()
}

/// The grant that a key belongs to, if any.
pub fn grant_of(conn: &mut Conn, id: &LicenseKeyId) -> Result<Option<GrantId>, StorageError> {
    let id: Option<String> =
        grants::table.filter(grants::license_key_id.eq(id.as_str())).select(grants::id).first(conn).optional()?;
    Ok(id.map(GrantId::stored))
}

/// The last characters of the keys of these grants, by the grant's id.
pub(crate) fn last_fours(conn: &mut Conn, grant_ids: Vec<String>) -> Result<HashMap<String, String>, StorageError> {
    let rows: Vec<(String, String)> = grants::table
        .inner_join(license_keys::table)
        .filter(grants::id.eq_any(grant_ids))
        .select((grants::id, license_keys::last_four))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
