//! What shops call the products: each word is an entitlement, or says that the product needs no key.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::EntitlementId;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::{entitlements, product_words};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// What a word stands for; `None` for a product that needs no key.
pub(crate) type Meaning = Option<EntitlementId>;

/// All words, folded, with what they stand for.
pub(crate) fn meanings(conn: &mut Conn) -> Result<HashMap<String, Meaning>, StorageError> {
    let rows: Vec<(String, Option<String>)> = product_words::table
        .select((product_words::word, product_words::entitlement_id))
        .order(product_words::word.asc())
        .inline_limit(100_000)
        .load(conn)?;
    Ok(rows.into_iter().map(|(word, id)| (word, id.map(EntitlementId::stored))).collect())
}

/// The words as they were written, with the names of their entitlements, in order.
pub(crate) fn list(conn: &mut Conn) -> Result<Vec<(String, Option<String>)>, StorageError> {
    Ok(product_words::table
        .left_join(entitlements::table)
        .select((product_words::shown, entitlements::name.nullable()))
        .order(product_words::word.asc())
        .inline_limit(100_000)
        .load(conn)?)
}

/// Says what a word stands for, also if it stood for something else.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    (word, shown): (&str, &str),
    meaning: Option<&EntitlementId>,
    by: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(product_words::table.find(word)).execute(conn)?;
    diesel::insert_into(product_words::table)
        .values((
            product_words::word.eq(word),
            product_words::shown.eq(shown),
            product_words::entitlement_id.eq(meaning.map(EntitlementId::as_str)),
            product_words::created_by.eq(by),
            product_words::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What these words, folded, stand for.
pub(crate) fn of(conn: &mut Conn, words: &[&str]) -> Result<HashMap<String, Meaning>, StorageError> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Option<String>)> = product_words::table
        .filter(product_words::word.eq_any(words))
        .select((product_words::word, product_words::entitlement_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(word, id)| (word, id.map(EntitlementId::stored))).collect())
}
