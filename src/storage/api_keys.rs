//! API keys, looked up by the hash of their token.

use diesel::prelude::*;
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::api_keys;
use super::sql::inline_limit::InlineLimitDsl;
use crate::domain::api_key::{ApiKey, ApiKeyStatus};
use crate::domain::ids::{ApiKeyId, StaffId};
use crate::domain::staff::Role;

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
struct ApiKeyRow {
    id: String,
    name: String,
    role: String,
    last_four: String,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    created_at: i64,
    created_by: Option<String>,
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = StorageError;

    fn try_from(row: ApiKeyRow) -> Result<Self, StorageError> {
        let role = Role::parse(&row.role).ok_or_else(|| StorageError::Corrupt(format!("the role of {}", row.id)))?;
        Ok(Self {
            id: ApiKeyId::stored(row.id),
            name: row.name,
            role,
            last_four: row.last_four,
            expires_at: from_optional(row.expires_at),
            last_used_at: from_optional(row.last_used_at),
            revoked_at: from_optional(row.revoked_at),
            created_at: from_micros(row.created_at),
            created_by: row.created_by.map(StaffId::stored),
        })
    }
}

/// Inserts a new key.
pub fn insert(tx: &mut Tx<'_>, key: &ApiKey, token_hash: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(key.id.as_str()),
            api_keys::name.eq(&key.name),
            api_keys::role.eq(key.role.as_str()),
            api_keys::token_hash.eq(token_hash),
            api_keys::last_four.eq(&key.last_four),
            api_keys::expires_at.eq(key.expires_at.map(to_micros)),
            api_keys::created_at.eq(to_micros(key.created_at)),
            api_keys::created_by.eq(key.created_by.as_ref().map(StaffId::as_str)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The key whose token has this hash.
pub fn find_by_token_hash(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<ApiKey>, StorageError> {
    let row: Option<ApiKeyRow> = api_keys::table
        .filter(api_keys::token_hash.eq(token_hash))
        .select(ApiKeyRow::as_select())
        .first(conn)
        .optional()?;
    row.map(ApiKey::try_from).transpose()
}

/// The key with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<ApiKey, StorageError> {
    api_keys::table.find(id.as_str()).select(ApiKeyRow::as_select()).first::<ApiKeyRow>(conn)?.try_into()
}

/// All keys, newest first; an installation has tens of them.
pub fn list(conn: &mut Conn) -> Result<Vec<ApiKey>, StorageError> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .order((api_keys::created_at.desc(), api_keys::id.desc()))
        .select(ApiKeyRow::as_select())
        .inline_limit(1_000)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// The keys created by a person that are still active, newest first.
pub fn active_of(conn: &mut Conn, staff_id: &StaffId, now: Timestamp) -> Result<Vec<ApiKey>, StorageError> {
    let keys = list(conn)?;
    let is_theirs = |key: &ApiKey| key.created_by.as_ref() == Some(staff_id) && key.status(now) == ApiKeyStatus::Active;
    Ok(keys.into_iter().filter(is_theirs).collect())
}

/// Records a use of the key.
pub fn note_use(tx: &mut Tx<'_>, id: &ApiKeyId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(api_keys::table.find(id.as_str())).set(api_keys::last_used_at.eq(to_micros(now))).execute(conn)?;
    Ok(())
}

/// Revokes the key; `false` if it was already revoked.
pub fn revoke(tx: &mut Tx<'_>, id: &ApiKeyId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(api_keys::table.find(id.as_str()).filter(api_keys::revoked_at.is_null()))
        .set(api_keys::revoked_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(changed == 1)
}
