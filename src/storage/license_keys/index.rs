//! What a key is found by: keyed hashes of its value, of the value folded, and of its end. Computed once, from the
//! plaintext, and stored beside the encrypted value.

use diesel::prelude::*;

use super::lookup::{self, IssuedKey};
use super::{SealedKey, SealedRow};
use crate::crypto::Keyring;
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId, ProductId};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::fold::{self, SHORTEST_ENDING};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::{grants, license_keys};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// Bytes of the hash of the last four letters and digits, and of each longer end.
const FIRST_BYTES: usize = 6;
const FURTHER_BYTES: usize = 4;

/// What a key is found by; a link only by its whole value.
#[derive(Debug, Clone)]
pub struct KeyIndex {
    pub value_hash: [u8; 32],
    /// `None` of a link, and if the key consists of dashes, blanks and quotes.
    pub folded_hash: Option<[u8; 32]>,
    /// `None` of a link, and if the key has fewer than four letters and digits.
    pub ending: Option<Vec<u8>>,
    pub last_four: String,
    /// Whether it has several lines or a blank inside.
    pub has_white_space: bool,
}

impl KeyIndex {
    pub fn of(keyring: &Keyring, key: &LicenseKeyValue, is_link: bool) -> Self {
        let text = key.expose();
        let ending = || Some(ending_prefix(keyring, &fold::ending(text))).filter(|bytes| !bytes.is_empty());
        Self {
            value_hash: keyring.lookup_hash(text),
            folded_hash: if is_link { None } else { folded_hash(keyring, text) },
            ending: if is_link { None } else { ending() },
            last_four: key.last_four(),
            has_white_space: text.contains(char::is_whitespace),
        }
    }
}

/// The keyed hash of the folded text; `None` if nothing of it is left.
pub(crate) fn folded_hash(keyring: &Keyring, text: &str) -> Option<[u8; 32]> {
    fold::fold(text).map(|folded| keyring.folded_hash(&folded))
}

/// The hashes of the last four letters and digits, of the last five, and so on, one after the other: what somebody typed
/// is a prefix of the column of every key that ends with it, whatever its length, and of no other.
fn ending_prefix(keyring: &Keyring, last: &[String]) -> Vec<u8> {
    let mut prefix = Vec::new();
    for count in SHORTEST_ENDING..=last.len() {
        let end = last.get(last.len() - count..).unwrap_or_default().concat();
        let bytes = if count == SHORTEST_ENDING { FIRST_BYTES } else { FURTHER_BYTES };
        prefix.extend(keyring.ending_hash(&end).into_iter().take(bytes));
    }
    prefix
}

/// A key that was found by its end.
#[derive(Debug, Clone)]
pub struct FoundByEnding {
    pub id: LicenseKeyId,
    pub grant_id: Option<GrantId>,
    pub last_four: String,
}

/// At most `limit` of the keys that end with these letters and digits, of which there are four to eight. Without
/// `may_find_short`, keys that are masked as a whole are left out.
pub(crate) fn find_by_ending(
    conn: &mut Conn,
    keyring: &Keyring,
    last: &[String],
    may_find_short: bool,
    limit: i64,
) -> Result<Vec<FoundByEnding>, StorageError> {
    let prefix = ending_prefix(keyring, last);
    let end = [prefix.clone(), vec![u8::MAX; FURTHER_BYTES * 8]].concat();
    let mut query = license_keys::table
        .left_join(grants::table)
        .filter(license_keys::ending.ge(prefix))
        .filter(license_keys::ending.le(end))
        .select((license_keys::id, grants::id.nullable(), license_keys::last_four))
        .into_boxed();
    if !may_find_short {
        query = query.filter(license_keys::last_four.ne(""));
    }
    let rows: Vec<(String, Option<String>, String)> = query.limit(limit).load(conn)?;
    let found = rows.into_iter().map(|(id, grant_id, last_four)| FoundByEnding {
        id: LicenseKeyId::stored(id),
        grant_id: grant_id.map(GrantId::stored),
        last_four,
    });
    Ok(found.collect())
}

/// An issued key that folds to the same as one of these texts, but is another one than `value_hash`.
pub(crate) fn similar(
    conn: &mut Conn,
    keyring: &Keyring,
    texts: &[&str],
    value_hash: &[u8],
) -> Result<Option<IssuedKey>, StorageError> {
    for text in texts {
        let Some(hash) = folded_hash(keyring, text) else { continue };
        let id: Option<String> = license_keys::table
            .filter(license_keys::folded_hash.eq(hash.as_slice()))
            .filter(license_keys::value_hash.ne(value_hash))
            .select(license_keys::id)
            .first(conn)
            .optional()?;
        if let Some(id) = id {
            return lookup::issued(conn, &LicenseKeyId::stored(id)).map(Some);
        }
    }
    Ok(None)
}

/// Whether the keys of a product, or only those of one of its entitlements, have been of one line without blanks so far:
/// there are at least `enough`, and none of them but `value_hash` has several lines or a blank inside.
pub(crate) fn are_one_line(
    conn: &mut Conn,
    product_id: &ProductId,
    entitlement_id: Option<&EntitlementId>,
    value_hash: &[u8],
    enough: i64,
) -> Result<bool, StorageError> {
    let others = || {
        let keys = license_keys::table
            .left_join(grants::table)
            .filter(license_keys::product_id.eq(product_id.as_str()))
            .filter(license_keys::value_hash.ne(value_hash))
            .select(license_keys::id)
            .into_boxed();
        match entitlement_id {
            Some(id) => keys.filter(grants::entitlement_id.eq(id.to_string())),
            None => keys,
        }
    };
    let some: Vec<String> =
        others().filter(license_keys::has_white_space.is_not_null()).limit(enough).load::<String>(conn)?;
    if i64::try_from(some.len()).unwrap_or(i64::MAX) < enough {
        return Ok(false);
    }
    let with_white_space: Vec<String> =
        others().filter(license_keys::has_white_space.assume_not_null()).limit(1).load::<String>(conn)?;
    Ok(with_white_space.is_empty())
}

/// The next keys after an id that are not erased, encrypted, in order of ids.
pub(crate) fn page(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<SealedKey>, StorageError> {
    let rows: Vec<SealedRow> = license_keys::table
        .filter(license_keys::id.gt(after))
        .filter(license_keys::ciphertext.ne(Vec::<u8>::new()))
        .order(license_keys::id)
        .select(SealedRow::as_select())
        .inline_limit(limit)
        .load(conn)?;
    rows.into_iter().map(SealedKey::try_from).collect()
}

/// Writes what a key is found by anew, unless the key has been erased.
pub(crate) fn write(tx: &mut Tx<'_>, id: &LicenseKeyId, index: &KeyIndex) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let present = license_keys::table.find(id.as_str()).filter(license_keys::ciphertext.ne(Vec::<u8>::new()));
    diesel::update(present)
        .set((
            license_keys::folded_hash.eq(index.folded_hash.map(Vec::from)),
            license_keys::ending.eq(index.ending.as_deref()),
            license_keys::last_four.eq(&index.last_four),
            license_keys::has_white_space.eq(index.has_white_space),
        ))
        .execute(conn)?;
    Ok(())
}
