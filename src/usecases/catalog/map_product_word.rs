//! Saying what a shop's word for a product means: an entitlement, or that the product needs no key.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::Entitlement;
use crate::domain::product::folded_word;
use crate::domain::text::{self, TextError};
use crate::storage::catalog::product_words;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// The longest word, in characters.
const MAX_WORD: usize = 300;

/// A checked word: one line of 1 to 300 characters.
pub(crate) fn parse_word(input: &str) -> Result<String, TextError> {
    text::line(input, MAX_WORD)
}

/// Remembers what the word means from now on; with `None`, the product needs no key.
pub(crate) fn map_product_word(
    ctx: &Context,
    word: &str,
    entitlement: Option<&Entitlement>,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| map_in(ctx, tx, word, entitlement, actor))
}

/// Like [`map_product_word`], but inside the caller's transaction.
pub(in crate::usecases) fn map_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    word: &str,
    entitlement: Option<&Entitlement>,
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let id = entitlement.map(|entitlement| &entitlement.id);
    product_words::set(tx, (&folded_word(word), word), id, actor.id(), now)?;
    let changes = vec![
        Change::set("word", word),
        Change::new("entitlement_id", None, entitlement.map(|entitlement| entitlement.id.as_str())),
    ];
    let object = entitlement.map_or_else(|| "none".to_owned(), |entitlement| entitlement.id.to_string());
    let entry = NewAuditEntry::on(actor, AuditAction::ProductMap, ObjectKind::Entitlement, &object, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}
