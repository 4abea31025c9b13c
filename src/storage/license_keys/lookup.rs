//! Looking keys up by the keyed hash of their value. A value is issued once; where an entitlement shares it, further keys
//! are copies 1, 2 and so on of the first. The unique index over value and copy guarantees both: whoever issues a value
//! for the first time inserts copy 0, and only its entitlement may insert further ones.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{ACTIVE, LicenseKeyRow};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId};
use crate::domain::license_key::{LicenseKeySource, LicenseKeySummary};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{grants, license_keys as keys};

/// Where an existing key was issued.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    pub id: LicenseKeyId,
    pub grant_id: Option<GrantId>,
    pub entitlement_id: Option<EntitlementId>,
    pub issued_at: Timestamp,
    /// Whether it is a link to a platform instead of a key.
    pub is_link: bool,
    /// Whether its customer was erased. The value is never issued again, and its former owner is not disclosed.
    pub is_erased: bool,
}

/// Where the key with this id was issued; `NotFound` if there is none.
pub(crate) fn issued(conn: &mut Conn, id: &LicenseKeyId) -> Result<IssuedKey, StorageError> {
    type Row = (Option<String>, Option<String>, i64, bool, Vec<u8>);
    let (grant_id, entitlement_id, created_at, is_link, ciphertext): Row = keys::table
        .left_join(grants::table)
        .filter(keys::id.eq(id.as_str()))
        .select((
            grants::id.nullable(),
            grants::entitlement_id.nullable(),
            keys::created_at,
            keys::is_link,
            keys::ciphertext,
        ))
        .first(conn)?;
    Ok(IssuedKey {
        id: id.clone(),
        grant_id: grant_id.map(GrantId::stored),
        entitlement_id: entitlement_id.map(EntitlementId::stored),
        issued_at: from_micros(created_at),
        is_link,
        is_erased: ciphertext.is_empty(),
    })
}

/// The keys with this value, oldest first, at most `limit`.
pub(crate) fn find_by_hash(conn: &mut Conn, hash: &[u8], limit: i64) -> Result<Vec<IssuedKey>, StorageError> {
    let ids: Vec<String> =
        keys::table.filter(keys::value_hash.eq(hash)).order(keys::copy).select(keys::id).limit(limit).load(conn)?;
    ids.into_iter().map(|id| issued(conn, &LicenseKeyId::stored(id))).collect()
}

/// The number of the copy that a key with this value would be, if it may be issued: 0 if there is none, a further one if
/// `entitlement` shares its keys and has issued those that there are. Otherwise the oldest of them.
pub(crate) fn next_copy(
    tx: &mut Tx<'_>,
    hash: &[u8],
    entitlement: Option<&Entitlement>,
) -> Result<Result<i32, IssuedKey>, StorageError> {
    let Some(oldest) = find_by_hash(tx, hash, 1)?.pop() else { return Ok(Ok(0)) };
    let sharing = entitlement.filter(|entitlement| entitlement.config.shares_key()).map(|entitlement| &entitlement.id);
    if sharing.is_none() || sharing != oldest.entitlement_id.as_ref() {
        return Ok(Err(oldest));
    }
    // Others who issue a further copy wait here.
    super::lock(tx, &oldest.id)?;
    let conn: &mut Conn = tx;
    let last: i32 =
        keys::table.filter(keys::value_hash.eq(hash)).order(keys::copy.desc()).select(keys::copy).first(conn)?;
    Ok(Ok(last + 1))
}

/// The number of the copy that a key with this value is, wherever it was issued before.
pub(crate) fn further_copy(tx: &mut Tx<'_>, hash: &[u8]) -> Result<i32, StorageError> {
    let conn: &mut Conn = tx;
    let last: Option<i32> = keys::table
        .filter(keys::value_hash.eq(hash))
        .order(keys::copy.desc())
        .select(keys::copy)
        .first(conn)
        .optional()?;
    Ok(last.map_or(0, |last| last + 1))
}

/// The oldest key with this value, usable or not; a link is none.
pub(crate) fn find_oldest(conn: &mut Conn, hash: &[u8]) -> Result<Option<LicenseKeySummary>, StorageError> {
    let row: Option<LicenseKeyRow> = keys::table
        .filter(keys::value_hash.eq(hash))
        .filter(diesel::dsl::not(keys::is_link))
        .order(keys::copy)
        .select(LicenseKeyRow::as_select())
        .first(conn)
        .optional()?;
    row.map(LicenseKeySummary::try_from).transpose()
}

/// The hash of the value of the generated key that folds to this.
pub(crate) fn find_generated(conn: &mut Conn, folded_hash: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
    Ok(keys::table
        .filter(keys::folded_hash.eq(folded_hash))
        .filter(keys::source.eq(LicenseKeySource::Auto.as_str()))
        .select(keys::value_hash)
        .first(conn)
        .optional()?)
}

/// The oldest key with this value that can be used at `now`; with `has_room`, only one with an activation left; with
/// `only`, only that one.
pub(crate) fn find_usable(
    conn: &mut Conn,
    hash: &[u8],
    only: Option<&LicenseKeyId>,
    has_room: bool,
    now: Timestamp,
) -> Result<Option<LicenseKeyId>, StorageError> {
    let is_valid = keys::expires_at.is_null().or(keys::expires_at.gt(to_micros(now)).assume_not_null());
    let mut query = keys::table
        .filter(keys::value_hash.eq(hash))
        .filter(diesel::dsl::not(keys::is_link))
        .filter(keys::status.eq(ACTIVE))
        .filter(is_valid)
        .select(keys::id)
        .into_boxed();
    if let Some(id) = only {
        query = query.filter(keys::id.eq(id.to_string()));
    }
    if has_room {
        let room = keys::activations_used.nullable().lt(keys::activations_limit).assume_not_null();
        query = query.filter(keys::activations_limit.is_null().or(room));
    }
    let id: Option<String> = query.order(keys::copy).first(conn).optional()?;
    Ok(id.map(LicenseKeyId::stored))
}

/// Whether the key with this id has this value.
pub(crate) fn has_value(conn: &mut Conn, id: &LicenseKeyId, hash: &[u8]) -> Result<bool, StorageError> {
    let found: Option<i32> =
        keys::table.find(id.as_str()).filter(keys::value_hash.eq(hash)).select(keys::copy).first(conn).optional()?;
    Ok(found.is_some())
}

/// Whether several keys have this value.
pub(crate) fn is_shared(conn: &mut Conn, hash: &[u8]) -> Result<bool, StorageError> {
    let copies: Vec<i32> = keys::table.filter(keys::value_hash.eq(hash)).select(keys::copy).limit(2).load(conn)?;
    Ok(copies.len() > 1)
}
