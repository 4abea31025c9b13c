//! The entitlements that sales refer to, by id and by name, read once per batch.

use std::collections::HashMap;

use super::Problem;
use super::fields::{Field, quoted};
use super::outcome::Outcome;
use super::sale_line::SaleLine;
use crate::domain::entitlement::Entitlement;
use crate::domain::product::folded_word;
use crate::domain::sale::import::LineKind;
use crate::shops::line::{Skip, SkipKind};
use crate::storage::catalog::product_words::Meaning;
use crate::storage::catalog::{entitlements, product_words};
use crate::storage::{Conn, StorageError};

const NO_PRODUCT: LineKind = LineKind::NoProduct;

#[derive(Debug, Default)]
pub(crate) struct Catalog {
    by_id: HashMap<String, Entitlement>,
    by_name: HashMap<String, Vec<String>>,
    /// By the name without case and extra blanks.
    by_folded_name: HashMap<String, Vec<String>>,
    by_product_name: HashMap<String, Vec<String>>,
    words: HashMap<String, Meaning>,
}

/// How many entitlements have a name, if not one.
enum Found {
    None,
    Several,
}

impl Catalog {
    pub(crate) fn read(conn: &mut Conn) -> Result<Self, StorageError> {
        let mut catalog = Self { words: product_words::meanings(conn)?, ..Self::default() };
        for entitlement in entitlements::list(conn)? {
            let id = entitlement.id.to_string();
            catalog.by_name.entry(entitlement.name.clone()).or_default().push(id.clone());
            catalog.by_folded_name.entry(folded_word(&entitlement.name)).or_default().push(id.clone());
            catalog.by_product_name.entry(folded_word(&entitlement.product_name)).or_default().push(id.clone());
            catalog.by_id.insert(id, entitlement);
        }
        Ok(catalog)
    }

    /// The entitlement that a line refers to; otherwise what becomes of the line.
    pub(crate) fn find(&self, line: &SaleLine) -> Result<&Entitlement, Outcome> {
        if line.entitlement_id.is_none() {
            match &line.entitlement_name {
                None => return self.find_by_words(&line.words),
                // A name that nobody has here may be mapped.
                Some(name) if self.words.contains_key(&folded_word(name)) && self.named(name).is_err() => {
                    return self.find_by_words(std::slice::from_ref(name));
                }
                Some(_) => {}
            }
        }
        self.find_by_reference(line).map_err(Outcome::refused)
    }

    fn find_by_reference(&self, line: &SaleLine) -> Result<&Entitlement, Problem> {
        let Some(id) = &line.entitlement_id else {
            return self.find_by_name(line.entitlement_name.as_deref().unwrap_or_default());
        };
        let found = self.by_id.get(id.as_str()).ok_or_else(|| {
            Problem::of(Field::EntitlementId, "there is no entitlement with this id").kind(NO_PRODUCT)
        })?;
        match &line.entitlement_name {
            Some(name) if *name != found.name => {
                Err(Problem::of(Field::Entitlement, "is not the name of the entitlement with that id"))
            }
            _ => Ok(found),
        }
    }

    /// What the shop calls the product: as it was mapped, or else the id or name of an entitlement or the name of a product.
    fn find_by_words(&self, words: &[String]) -> Result<&Entitlement, Outcome> {
        let given: Vec<&String> = words.iter().filter(|word| !word.trim().is_empty()).collect();
        for word in &given {
            match self.words.get(&folded_word(word)) {
                Some(Some(id)) => {
                    if let Some(found) = self.by_id.get(id.as_str()) {
                        return Ok(found);
                    }
                }
                Some(None) => return Err(Outcome::Skipped(Skip { kind: SkipKind::NeedsNoKey, word: (*word).clone() })),
                None => {}
            }
        }
        let named = |word: &&String| {
            self.by_id.get(word.as_str()).or_else(|| self.named(word).ok()).or_else(|| {
                let ids = self.by_product_name.get(&folded_word(word))?;
                one_of(&self.entitlements(ids))
            })
        };
        let unknown = || Outcome::refused(Problem::of_line(unknown_product(&given)).kind(NO_PRODUCT));
        given.iter().find_map(named).ok_or_else(unknown)
    }

    /// The entitlement with this id or name; fails with the reason, as the end of a sentence.
    pub(crate) fn find_by_id_or_name(&self, text: &str) -> Result<&Entitlement, &'static str> {
        match self.by_id.get(text) {
            Some(found) => Ok(found),
            None => self.named(text).map_err(|found| match found {
                Found::None => "there is no entitlement with this name or id",
                Found::Several => "several entitlements have this name; give the id",
            }),
        }
    }

    fn find_by_name(&self, name: &str) -> Result<&Entitlement, Problem> {
        self.named(name).map_err(|found| match found {
            Found::None => Problem::of(Field::Entitlement, "there is no entitlement with this name").kind(NO_PRODUCT),
            Found::Several => {
                Problem::of(Field::Entitlement, "several entitlements have this name; give entitlement_id")
            }
        })
    }

    /// Names need not be unique; a name is accepted if only one entitlement has it, or if only one of them is active.
    /// One that nobody has is looked for without regard to case and extra blanks.
    fn named(&self, name: &str) -> Result<&Entitlement, Found> {
        let ids = self.by_name.get(name).or_else(|| self.by_folded_name.get(&folded_word(name)));
        let all = self.entitlements(ids.map(Vec::as_slice).unwrap_or_default());
        match all.as_slice() {
            [] => Err(Found::None),
            _ => one_of(&all).ok_or(Found::Several),
        }
    }

    fn entitlements(&self, ids: &[String]) -> Vec<&Entitlement> {
        ids.iter().filter_map(|id| self.by_id.get(id)).collect()
    }
}

/// The only one, or the only active one.
fn one_of<'a>(all: &[&'a Entitlement]) -> Option<&'a Entitlement> {
    let active: Vec<&Entitlement> = all.iter().copied().filter(|entitlement| entitlement.is_active).collect();
    match (all, active.as_slice()) {
        ([only], _) | (_, [only]) => Some(only),
        _ => None,
    }
}

fn unknown_product(words: &[&String]) -> String {
    match words {
        [] => "the line names no product".to_owned(),
        [first, ..] => {
            let all: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!(
                "no product is called {} here; say once which it is: keydesk product map {} --entitlement NAME",
                all.join(" or "),
                quoted(first)
            )
        }
    }
}
