//! Inspecting a key before it is issued: what looks wrong about it, by itself and compared with the keys that there are.

use super::find::note_found;
use crate::domain::actor::Actor;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::ProductId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::pattern::KeyPattern;
use crate::domain::license_key::warnings::{Expected, Inspection, SimilarKey, Warning, inspect};
use crate::storage::catalog::entitlements;
use crate::storage::license_keys::index;
use crate::storage::{Conn, StorageError, Tx, stock};
use crate::usecases::context::Context;

/// An entitlement with fewer other keys than this shows nothing about what its keys look like.
pub(in crate::usecases) const ENOUGH_KEYS: i64 = 3;

/// Inspects a key of an entitlement for a person who is about to send it, and records that they learned where a similar
/// key went.
pub(crate) fn inspect_license_key(
    ctx: &Context,
    key: &LicenseKeyValue,
    entitlement: &Entitlement,
    actor: &Actor,
) -> Result<Inspection, StorageError> {
    let found = ctx.db.read(|conn| of_entitlement(ctx, conn, key, entitlement, actor))?;
    if disclosed(&found).is_some() {
        ctx.db.write(|tx| note_similar(ctx, tx, &found, actor))?;
    }
    Ok(found)
}

/// What looks wrong about a key of an entitlement; nothing of what is no key.
pub(in crate::usecases) fn of_entitlement(
    ctx: &Context,
    conn: &mut Conn,
    key: &LicenseKeyValue,
    entitlement: &Entitlement,
    actor: &Actor,
) -> Result<Inspection, StorageError> {
    let Some(settings) = entitlement.config.license_key() else { return Ok(Inspection::default()) };
    let pattern = settings.key_pattern.clone();
    look(ctx, conn, key, &entitlement.product_id, (Some(entitlement), &[entitlement.id.as_str()]), pattern, actor)
}

/// What looks wrong about a key of a product that belongs to no entitlement: it may have any pattern of the product's.
pub(in crate::usecases) fn of_product(
    ctx: &Context,
    conn: &mut Conn,
    key: &LicenseKeyValue,
    product_id: &ProductId,
    actor: &Actor,
) -> Result<Inspection, StorageError> {
    let own = entitlements::of_products(conn, &[product_id.as_str()])?;
    let settings = own.iter().filter_map(|entitlement| entitlement.config.license_key());
    let patterns: Option<Vec<&KeyPattern>> = settings.map(|settings| settings.key_pattern.as_ref()).collect();
    let pattern = patterns.filter(|patterns| !patterns.is_empty()).map(|patterns| KeyPattern::any_of(&patterns));
    let ids: Vec<&str> = own.iter().map(|entitlement| entitlement.id.as_str()).collect();
    look(ctx, conn, key, product_id, (None, &ids), pattern, actor)
}

fn look(
    ctx: &Context,
    conn: &mut Conn,
    key: &LicenseKeyValue,
    product_id: &ProductId,
    (entitlement, own): (Option<&Entitlement>, &[&str]),
    pattern: Option<KeyPattern>,
    actor: &Actor,
) -> Result<Inspection, StorageError> {
    let value_hash = ctx.keyring.lookup_hash(key.expose());
    let has_white_space = key.expose().contains(char::is_whitespace);
    let expected = Expected {
        pattern,
        other_patterns: entitlements::patterns_of_others(conn, own)?,
        is_one_line: has_white_space
            && index::are_one_line(conn, product_id, entitlement.map(|e| &e.id), &value_hash, ENOUGH_KEYS)?,
    };
    let mut found = inspect(key, &expected);
    let corrected = found.corrected.as_ref().map(LicenseKeyValue::expose);
    let texts: Vec<&str> = [key.expose()].into_iter().chain(corrected).collect();
    if let Some(issued) = index::similar(conn, &ctx.keyring, &texts, &value_hash)? {
        let place = SimilarKey { id: issued.id, grant_id: issued.grant_id, issued_at: issued.issued_at };
        found.warnings.push(Warning::SimilarKey(actor.may(ctx.config.reveal).then_some(place)));
    } else if stock::lookup::has_similar(conn, &ctx.keyring, &texts, &value_hash)? {
        found.warnings.push(Warning::SimilarKey(None));
    }
    Ok(found)
}

/// Records that the actor learned where a similar key went.
pub(in crate::usecases) fn note_similar(
    ctx: &Context,
    tx: &mut Tx<'_>,
    found: &Inspection,
    actor: &Actor,
) -> Result<(), StorageError> {
    match disclosed(found) {
        Some(similar) => note_found(ctx, tx, &similar.id, similar.grant_id.as_ref(), actor),
        None => Ok(()),
    }
}

fn disclosed(found: &Inspection) -> Option<&SimilarKey> {
    found.warnings.iter().find_map(|warning| match warning {
        Warning::SimilarKey(Some(similar)) => Some(similar),
        _ => None,
    })
}
