//! Looking at keys before they come into stock: whether they are keys, whether they are there already, and what looks
//! wrong about them. Many at a time, with few queries.

use std::collections::HashMap;

use crate::domain::actor::Actor;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::LicenseKeyId;
use crate::domain::integration::link::NotALink;
use crate::domain::license_key::warnings::{Expected, Inspection, SimilarKey, Warning, inspect};
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::storage::catalog::entitlements;
use crate::storage::license_keys::index::{self, folded_hash};
use crate::storage::license_keys::lookup;
use crate::storage::{Conn, StorageError, stock};
use crate::usecases::context::Context;
use crate::usecases::license_keys::inspect::ENOUGH_KEYS;

/// Hashes per query.
const CHUNK: usize = 500;

/// A text that may be a key, and the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub line: usize,
    pub text: String,
}

/// What a line is.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A key that can be added.
    New {
        key: LicenseKeyValue,
        found: Inspection,
    },
    /// The same key stands in an earlier line.
    TwiceInFile {
        first_line: usize,
    },
    InStock,
    /// Issued before; to whom, if the person may know.
    Issued(Option<SimilarKey>),
    Invalid(LicenseKeyValueError),
    /// It is no link of the entitlement's platform.
    NotALink(NotALink),
}

/// A line and what it is.
#[derive(Debug, Clone)]
pub struct Checked {
    pub line: usize,
    pub outcome: Outcome,
}

impl Checked {
    /// Where another key went that the person learns of from this line.
    pub(super) fn disclosed(&self) -> Option<&SimilarKey> {
        match &self.outcome {
            Outcome::Issued(place) => place.as_ref(),
            Outcome::New { found, .. } => found.warnings.iter().find_map(|warning| match warning {
                Warning::SimilarKey(place) => place.as_ref(),
                _ => None,
            }),
            _ => None,
        }
    }
}

/// The line of a list in which each key stands first, by the keyed hash that stands for its text.
pub(in crate::usecases) type FirstLines = HashMap<[u8; 32], usize>;

/// How much is said about issued keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usecases) enum Places {
    /// That they were issued.
    Hidden,
    /// Where they went, too, if the actor may see keys.
    Shown,
}

/// Checks keys of an entitlement, in order. Says where issued keys went if the actor may see keys: whoever shows that
/// must record it, as [`super::uploads::page`] does.
pub(crate) fn check_keys(
    ctx: &Context,
    conn: &mut Conn,
    entitlement: &Entitlement,
    candidates: &[Candidate],
    actor: &Actor,
) -> Result<Vec<Checked>, StorageError> {
    check(ctx, conn, entitlement, candidates, (actor, Places::Shown), &mut FirstLines::new())
}

/// Checks a part of a list; `first_lines` goes from part to part.
pub(in crate::usecases) fn check(
    ctx: &Context,
    conn: &mut Conn,
    entitlement: &Entitlement,
    candidates: &[Candidate],
    (actor, places): (&Actor, Places),
    first_lines: &mut FirstLines,
) -> Result<Vec<Checked>, StorageError> {
    let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(candidates.len());
    let mut keys: Vec<(usize, LicenseKeyValue, Vec<u8>)> = Vec::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let outcome = match LicenseKeyValue::parse(&candidate.text) {
            Err(error) => Some(Outcome::Invalid(error)),
            Ok(key) => {
                let hash = ctx.keyring.lookup_hash(key.expose());
                if let Err(why) = entitlement.config.check_value(&key) {
                    Some(Outcome::NotALink(why))
                } else if let Some(first_line) = first_lines.get(&hash) {
                    Some(Outcome::TwiceInFile { first_line: *first_line })
                } else {
                    first_lines.insert(hash, candidate.line);
                    keys.push((place, key, hash.to_vec()));
                    None
                }
            }
        };
        outcomes.push(outcome);
    }
    let may_know = places == Places::Shown && actor.may(ctx.config.reveal);
    let mut new = Vec::new();
    for part in keys.chunks(CHUNK) {
        let hashes: Vec<Vec<u8>> = part.iter().map(|(_, _, hash)| hash.clone()).collect();
        let in_stock = stock::lookup::in_stock(conn, &hashes)?;
        let issued = stock::lookup::issued(conn, &hashes)?;
        for (place, key, hash) in part {
            let outcome = if in_stock.contains(hash) {
                Outcome::InStock
            } else if let Some(id) = issued.get(hash) {
                Outcome::Issued(if may_know { place_of(conn, id)? } else { None })
            } else {
                new.push((*place, key));
                continue;
            };
            if let Some(slot) = outcomes.get_mut(*place) {
                *slot = Some(outcome);
            }
        }
    }
    let values: Vec<&LicenseKeyValue> = new.iter().map(|(_, key)| *key).collect();
    let found = inspect_all(ctx, conn, entitlement, &values, may_know)?;
    for ((place, key), found) in new.into_iter().zip(found) {
        if let Some(slot) = outcomes.get_mut(place) {
            *slot = Some(Outcome::New { key: key.clone(), found });
        }
    }
    let lines = candidates.iter().zip(outcomes);
    Ok(lines.filter_map(|(candidate, outcome)| Some(Checked { line: candidate.line, outcome: outcome? })).collect())
}

/// Where a key went; `None` if its customer was erased.
fn place_of(conn: &mut Conn, id: &str) -> Result<Option<SimilarKey>, StorageError> {
    let issued = lookup::issued(conn, &LicenseKeyId::stored(id.to_owned()))?;
    let place = SimilarKey { id: issued.id, grant_id: issued.grant_id, issued_at: issued.issued_at };
    Ok((!issued.is_erased).then_some(place))
}

/// What looks wrong about each of these keys; nothing of what is no key.
pub(super) fn inspect_all(
    ctx: &Context,
    conn: &mut Conn,
    entitlement: &Entitlement,
    keys: &[&LicenseKeyValue],
    may_know: bool,
) -> Result<Vec<Inspection>, StorageError> {
    let Some(settings) = entitlement.config.license_key() else {
        return Ok(vec![Inspection::default(); keys.len()]);
    };
    let has_white_space = keys.iter().any(|key| key.expose().contains(char::is_whitespace));
    let expected = Expected {
        pattern: settings.key_pattern.clone(),
        other_patterns: entitlements::patterns_of_others(conn, &[entitlement.id.as_str()])?,
        is_one_line: has_white_space && are_one_line(conn, entitlement)?,
    };
    let mut found: Vec<Inspection> = keys.iter().map(|key| inspect(key, &expected)).collect();
    for (keys, found) in keys.chunks(CHUNK).zip(found.chunks_mut(CHUNK)) {
        compare(ctx, conn, keys, found, may_know)?;
    }
    Ok(found)
}

fn are_one_line(conn: &mut Conn, entitlement: &Entitlement) -> Result<bool, StorageError> {
    Ok(stock::lookup::are_one_line(conn, &entitlement.id, ENOUGH_KEYS)?
        || index::are_one_line(conn, &entitlement.product_id, Some(&entitlement.id), &[], ENOUGH_KEYS)?)
}

/// The hash of a value, and the id of the license key that has it; `None` in stock.
type Lookalike = (Vec<u8>, Option<String>);

/// Adds a warning to keys that resemble one that was issued or lies in stock.
fn compare(
    ctx: &Context,
    conn: &mut Conn,
    keys: &[&LicenseKeyValue],
    found: &mut [Inspection],
    may_know: bool,
) -> Result<(), StorageError> {
    let forms = |key: &LicenseKeyValue, inspection: &Inspection| {
        let corrected = inspection.corrected.as_ref().map(LicenseKeyValue::expose);
        let texts = [key.expose()].into_iter().chain(corrected);
        texts.filter_map(|text| folded_hash(&ctx.keyring, text)).map(Vec::from).collect::<Vec<Vec<u8>>>()
    };
    let folded: Vec<Vec<Vec<u8>>> = keys.iter().zip(&*found).map(|(key, found)| forms(key, found)).collect();
    let all: Vec<Vec<u8>> = folded.iter().flatten().cloned().collect();
    let mut known: HashMap<Vec<u8>, Vec<Lookalike>> = HashMap::new();
    for part in all.chunks(CHUNK) {
        for (folded, value, id) in stock::lookup::folded_issued(conn, part)? {
            known.entry(folded).or_default().push((value, Some(id)));
        }
        for (folded, value) in stock::lookup::folded_in_stock(conn, part)? {
            known.entry(folded).or_default().push((value.unwrap_or_default(), None));
        }
    }
    if known.is_empty() {
        return Ok(());
    }
    for ((key, found), folded) in keys.iter().zip(found).zip(folded) {
        let own = ctx.keyring.lookup_hash(key.expose());
        let mut others = folded.iter().filter_map(|folded| known.get(folded)).flatten();
        let Some((_, id)) = others.find(|(value, _)| value.as_slice() != own) else { continue };
        let place = match id {
            Some(id) if may_know => place_of(conn, id)?,
            _ => None,
        };
        found.warnings.push(Warning::SimilarKey(place));
    }
    Ok(())
}
