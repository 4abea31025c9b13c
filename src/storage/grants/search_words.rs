//! A search whose words are in several places: one names the product, others the customer, another is an id or an order
//! number. It is made where no single place has all of them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::domain::text::folded;
use crate::storage::customers;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::metadata::{self, ObjectKind};
use crate::storage::schema::{entitlements, grants, products};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// Longer searches are sentences.
const WORDS: std::ops::RangeInclusive<usize> = 2..=6;
/// The most ways in which words are divided between products and the rest.
const MOST_WAYS: usize = 6;
/// The most grants that one way finds.
const MOST_FOUND: usize = 500;

/// A word, as typed and as compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    typed: String,
    folded: String,
}

/// The ids of grants of which each word of `text` says something.
pub(super) fn across(conn: &mut Conn, text: &str) -> Result<Vec<String>, StorageError> {
    let words: Vec<Word> =
        text.split_whitespace().map(|word| Word { typed: word.to_owned(), folded: folded::fold(word) }).collect();
    if !WORDS.contains(&words.len()) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (rest, products) in ways(conn, &words)?.into_iter().take(MOST_WAYS) {
        found.extend(by_id(conn, &rest, &products)?);
        if !products.is_empty() && !rest.is_empty() {
            found.extend(of_customers(conn, &rest, products)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Words, and the ids of products.
type Way = (Vec<Word>, Vec<String>);

/// What remains of the words beside those that name products, with those products; none of them for all of the words.
fn ways(conn: &mut Conn, words: &[Word]) -> Result<Vec<Way>, StorageError> {
    let rows: Vec<(String, String, String)> = entitlements::table
        .inner_join(products::table)
        .select((entitlements::id, entitlements::name, products::name))
        .load(conn)?;
    let mut ways: BTreeMap<Vec<Word>, Vec<String>> = BTreeMap::new();
    for (id, name, product) in rows {
        let name = folded::fold(&format!("{name}\n{product}"));
        let rest: Vec<Word> = words.iter().filter(|word| !name.contains(&word.folded)).cloned().collect();
        if rest.len() < words.len() {
            ways.entry(rest).or_default().push(id);
        }
    }
    let mut ways: Vec<_> = ways.into_iter().collect();
    ways.sort_by_key(|(rest, _)| rest.len());
    ways.push((words.to_vec(), Vec::new()));
    Ok(ways)
}

/// Grants of which one word is an id or a value of the metadata, and whose customer has the other words.
fn by_id(conn: &mut Conn, rest: &[Word], products: &[String]) -> Result<Vec<String>, StorageError> {
    let mut found = Vec::new();
    for word in rest {
        let mut ids = metadata::find(conn, ObjectKind::Grant, &word.typed, MOST_FOUND)?;
        let named: Vec<String> = grants::table
            .filter(
                grants::payment_id
                    .eq(&word.typed)
                    .assume_not_null()
                    .or(grants::subscription_id.eq(&word.typed).assume_not_null()),
            )
            .select(grants::id)
            .inline_limit(i64::try_from(MOST_FOUND).unwrap_or(i64::MAX))
            .load(conn)?;
        ids.extend(named);
        if ids.is_empty() {
            continue;
        }
        let rows: Vec<(String, String, String)> = grants::table
            .inner_join(crate::storage::schema::customers::table)
            .filter(grants::id.eq_any(ids))
            .select((grants::id, grants::entitlement_id, crate::storage::schema::customers::search_text))
            .load(conn)?;
        let others = || rest.iter().filter(|other| *other != word);
        found.extend(rows.into_iter().filter_map(|(id, product, customer)| {
            let is_meant = (products.is_empty() || products.contains(&product))
                && others().all(|other| customer.contains(&other.folded));
            is_meant.then_some(id)
        }));
    }
    Ok(found)
}

/// Grants of these products whose customer has the words.
fn of_customers(conn: &mut Conn, rest: &[Word], products: Vec<String>) -> Result<Vec<String>, StorageError> {
    let text = rest.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ");
    let customers = customers::search::find(conn, &text)?;
    if customers.ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(grants::table
        .filter(grants::customer_id.eq_any(customers.ids))
        .filter(grants::entitlement_id.eq_any(products))
        .select(grants::id)
        .inline_limit(i64::try_from(MOST_FOUND).unwrap_or(i64::MAX))
        .load(conn)?)
}
