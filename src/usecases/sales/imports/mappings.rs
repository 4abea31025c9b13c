//! Remembering what the columns of a file mean.

use sha2::{Digest, Sha256};

use crate::crypto::hex;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::sale::import::Mapping;
use crate::storage::sales::mappings;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// Remembers a mapping, in place of the one for the same names of columns.
pub fn remember(ctx: &Context, mapping: &Mapping, actor: &Actor) -> Result<(), StorageError> {
    let mut names: Vec<&str> = mapping.columns.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let hash = hex(&Sha256::digest(names.join("\u{1F}").as_bytes()));
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        mappings::set(tx, mapping, &hash, actor.id(), now)?;
        let changes = vec![Change::set("name", &mapping.name), Change::set("columns", mapping.columns.len())];
        let entry = NewAuditEntry::on(actor, AuditAction::SaleMapColumns, ObjectKind::Mapping, &mapping.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
