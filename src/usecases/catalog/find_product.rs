//! Which entitlement a shop means by its words for a product.

use crate::domain::entitlement::Entitlement;
use crate::domain::product::folded_word;
use crate::storage::catalog::{entitlements, product_words};
use crate::storage::{Conn, StorageError};

/// What the words mean.
#[derive(Debug)]
pub(crate) enum Product {
    Entitlement(Box<Entitlement>),
    NeedsNoKey,
    /// Nobody has said; with the most exact word.
    Unknown(String),
}

/// What the words mean, the most exact first: as one was mapped, or else as the id or name of an entitlement, or the name
/// of a product.
pub(crate) fn find_product(conn: &mut Conn, words: &[String]) -> Result<Product, StorageError> {
    let given: Vec<(&str, String)> = words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| (word, folded_word(word)))
        .collect();
    if given.is_empty() {
        return Ok(Product::Unknown(String::new()));
    }
    let folded: Vec<&str> = given.iter().map(|(_, folded)| folded.as_str()).collect();
    let meanings = product_words::of(conn, &folded)?;
    for word in &folded {
        match meanings.get(*word) {
            Some(Some(id)) => return Ok(Product::Entitlement(Box::new(entitlements::find(conn, id)?))),
            Some(None) => return Ok(Product::NeedsNoKey),
            None => {}
        }
    }
    let all = entitlements::list(conn)?;
    let named = |(word, folded): &(&str, String)| {
        let by = |fits: &dyn Fn(&Entitlement) -> bool| only(&all.iter().filter(|one| fits(one)).collect::<Vec<_>>());
        by(&|one| one.id.as_str() == *word)
            .or_else(|| by(&|one| one.name == *word))
            .or_else(|| by(&|one| folded_word(&one.name) == *folded))
            .or_else(|| by(&|one| folded_word(&one.product_name) == *folded))
    };
    Ok(match given.iter().find_map(named) {
        Some(found) => Product::Entitlement(Box::new(found.clone())),
        None => Product::Unknown(given.first().map(|(word, _)| (*word).to_owned()).unwrap_or_default()),
    })
}

/// The only one, or the only active one.
fn only<'a>(all: &[&'a Entitlement]) -> Option<&'a Entitlement> {
    let active: Vec<&Entitlement> = all.iter().copied().filter(|one| one.is_active).collect();
    match (all, active.as_slice()) {
        ([one], _) | (_, [one]) => Some(one),
        _ => None,
    }
}
