//! Looking stock up by the keyed hashes of values: what lies in stock is issued nowhere else, and comes in once.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::crypto::Keyring;
use crate::domain::ids::EntitlementId;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::license_keys::index::folded_hash;
use crate::storage::schema::{license_keys, stock_keys};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// Whether a stock key has this value, in whatever state but issued.
pub(crate) fn has_value(conn: &mut Conn, hash: &[u8]) -> Result<bool, StorageError> {
    let found: Option<String> =
        stock_keys::table.filter(stock_keys::value_hash.eq(hash)).select(stock_keys::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// Which of these values lie in stock.
pub(crate) fn in_stock(conn: &mut Conn, hashes: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>, StorageError> {
    let found: Vec<Option<Vec<u8>>> =
        stock_keys::table.filter(stock_keys::value_hash.eq_any(hashes)).select(stock_keys::value_hash).load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Which of these values were issued, and the id of the first key that has each.
pub(crate) fn issued(conn: &mut Conn, hashes: &[Vec<u8>]) -> Result<HashMap<Vec<u8>, String>, StorageError> {
    let found: Vec<(Vec<u8>, String)> = license_keys::table
        .filter(license_keys::value_hash.eq_any(hashes))
        .filter(license_keys::copy.eq(0))
        .select((license_keys::value_hash, license_keys::id))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Whether a stock key folds to the same as one of these texts, but is another one than `value_hash`.
pub(crate) fn has_similar(
    conn: &mut Conn,
    keyring: &Keyring,
    texts: &[&str],
    value_hash: &[u8],
) -> Result<bool, StorageError> {
    for text in texts {
        let Some(hash) = folded_hash(keyring, text) else { continue };
        let found: Option<String> = stock_keys::table
            .filter(stock_keys::folded_hash.eq(hash.as_slice()))
            .filter(stock_keys::value_hash.ne(value_hash))
            .select(stock_keys::id)
            .first(conn)
            .optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A keyed hash.
type Hash = Vec<u8>;

/// The values in stock whose folded form is one of these: the folded form, and the value.
pub(crate) fn folded_in_stock(conn: &mut Conn, folded: &[Hash]) -> Result<Vec<(Hash, Option<Hash>)>, StorageError> {
    let found: Vec<(Option<Hash>, Option<Hash>)> = stock_keys::table
        .filter(stock_keys::folded_hash.eq_any(folded))
        .select((stock_keys::folded_hash, stock_keys::value_hash))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(folded, value)| Some((folded?, value))).collect())
}

/// The issued values whose folded form is one of these: the folded form, the value and the id of the key.
pub(crate) fn folded_issued(conn: &mut Conn, folded: &[Hash]) -> Result<Vec<(Hash, Hash, String)>, StorageError> {
    let found: Vec<(Option<Hash>, Hash, String)> = license_keys::table
        .filter(license_keys::folded_hash.eq_any(folded))
        .select((license_keys::folded_hash, license_keys::value_hash, license_keys::id))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(folded, value, id)| Some((folded?, value, id))).collect())
}

/// Whether the stock of an entitlement shows what its keys look like: it has at least `enough`, and none of them has
/// several lines or a blank inside.
pub(crate) fn are_one_line(conn: &mut Conn, entitlement_id: &EntitlementId, enough: i64) -> Result<bool, StorageError> {
    let own =
        || stock_keys::table.filter(stock_keys::entitlement_id.eq(entitlement_id.as_str())).select(stock_keys::id);
    let some: Vec<String> = own().inline_limit(enough).load(conn)?;
    if i64::try_from(some.len()).unwrap_or(i64::MAX) < enough {
        return Ok(false);
    }
    let with_white_space: Option<String> = own().filter(stock_keys::has_white_space).first(conn).optional()?;
    Ok(with_white_space.is_none())
}
