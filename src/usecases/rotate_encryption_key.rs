//! Rotating the encryption key while the portal is running. Values under older keys stay readable; an interrupted run
//! continues when it is started again.

use jiff::Timestamp;

use super::context::Context;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::storage::encryption::columns::{SealedColumn, SealedValue};
use crate::storage::{StorageError, audit_log, encryption};

/// The number of rows per transaction: small, so that the portal's own writes are not held up.
const BATCH: i64 = 200;

/// A rotation in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    pub key_id: String,
    pub began_at: Timestamp,
    /// Whether an earlier run began it.
    pub is_resumed: bool,
}

/// The result of one pass over all encrypted values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    pub sealed_anew: u64,
    /// Rows whose value cannot be decrypted; they are left unchanged.
    pub unreadable: Vec<String>,
    /// Whether the pass was stopped early.
    pub is_cut_short: bool,
}

/// Creates a new key, or continues with the key of an earlier run. Fails if that key cannot be read: under an older
/// key, everything would look finished.
pub fn begin(ctx: &Context, actor: &Actor) -> Result<Rotation, StorageError> {
    let rotation = ctx.db.write(|tx| {
        if let Some((key_id, began_at)) = encryption::keys::incomplete(tx)? {
            return Ok::<_, StorageError>(Rotation { key_id, began_at, is_resumed: true });
        }
        let (key, now) = (ctx.keyring.make_key(), ctx.clock.now());
        encryption::keys::insert(tx, &key, now)?;
        let changes = vec![Change::set("state", "begun")];
        let entry = NewAuditEntry::on(actor, AuditAction::SecretRotate, ObjectKind::EncryptionKey, &key.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(Rotation { key_id: key.id, began_at: now, is_resumed: false })
    })?;
    ctx.keyring.read_keys();
    if ctx.keyring.newest_key_id() != rotation.key_id {
        return Err(StorageError::Corrupt(format!("the encryption key {}, which cannot be read", rotation.key_id)));
    }
    Ok(rotation)
}

/// Re-encrypts the values under older keys. After each batch, `goes_on` is called with the number of values so far,
/// and returns whether to continue.
pub fn walk(ctx: &Context, mut goes_on: impl FnMut(u64) -> bool) -> Result<Walk, StorageError> {
    let mut done = Walk::default();
    for column in SealedColumn::ALL {
        let mut after = String::new();
        loop {
            let values = ctx.db.read(|conn| column.page(conn, &after, BATCH))?;
            let Some(last) = values.last() else { break };
            after.clone_from(&last.row);
            let older: Vec<SealedValue> = values.into_iter().filter(|value| is_older(ctx, value)).collect();
            if older.is_empty() {
                continue;
            }
            done.sealed_anew += seal_anew(ctx, column, &older, &mut done.unreadable)?;
            if !goes_on(done.sealed_anew) {
                return Ok(Walk { is_cut_short: true, ..done });
            }
        }
    }
    Ok(done)
}

/// Erased values are empty and need no encryption.
fn is_older(ctx: &Context, value: &SealedValue) -> bool {
    !value.sealed.is_empty() && !ctx.keyring.is_sealed_anew(&value.sealed)
}

fn seal_anew(
    ctx: &Context,
    column: SealedColumn,
    values: &[SealedValue],
    unreadable: &mut Vec<String>,
) -> Result<u64, StorageError> {
    let mut anew = Vec::new();
    for value in values {
        let data = column.associated_data(&value.row);
        match ctx.keyring.open(&data, &value.sealed) {
            Ok(plain) => anew.push((value, ctx.keyring.seal(&data, &plain))),
            Err(error) => unreadable.push(format!("{} {}: {error}", data.table, value.row)),
        }
    }
    ctx.db.write(|tx| {
        let mut count = 0;
        for (value, sealed) in &anew {
            count += u64::from(column.replace(tx, value, sealed)?);
        }
        Ok(count)
    })
}

/// Records that no value is left to re-encrypt.
pub fn complete(ctx: &Context, rotation: &Rotation, done: &Walk, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        encryption::keys::complete(tx, &rotation.key_id, now)?;
        let changes = vec![
            Change::new("state", Some("begun"), Some("completed")),
            Change::set("sealed_anew", done.sealed_anew),
            Change::set("unreadable", done.unreadable.len()),
        ];
        let entry =
            NewAuditEntry::on(actor, AuditAction::SecretRotate, ObjectKind::EncryptionKey, &rotation.key_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
