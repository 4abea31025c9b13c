//! Creating an API key. The token is returned only once; only its hash is stored.

use jiff::Timestamp;

use crate::crypto::random_base62;
use crate::domain::actor::Actor;
use crate::domain::api_key::{ApiKey, TOKEN_PREFIX};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::ApiKeyId;
use crate::domain::staff::Role;
use crate::storage::{StorageError, Tx, api_keys, audit_log};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// 43 letters and digits have at least 256 random bits.
const TOKEN_LENGTH: usize = 43;

/// The properties of a new key.
#[derive(Debug, Clone)]
pub struct AddApiKey {
    pub name: String,
    pub role: Role,
    pub expires_at: Option<Timestamp>,
    pub actor: Actor,
}

/// A new key with its token, which can be shown only now.
pub struct AddedApiKey {
    pub key: ApiKey,
    pub token: String,
}

impl std::fmt::Debug for AddedApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddedApiKey").field("key", &self.key.id).field("token", &"[redacted]").finish()
    }
}

#[derive(Debug)]
pub enum AddApiKeyError {
    /// The form's idempotency key was used with different content.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for AddApiKeyError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdempotencyMismatch> for AddApiKeyError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for AddApiKeyError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Creates a key and its token.
pub fn add_api_key(ctx: &Context, command: &AddApiKey) -> Result<AddedApiKey, StorageError> {
    ctx.db.write(|tx| add_in(ctx, tx, command))
}

/// Creates one key, however often the form is submitted; `None` if an earlier submission created it and showed its token.
pub fn add_api_key_once(
    ctx: &Context,
    command: &AddApiKey,
    idempotency_key: Option<&str>,
) -> Result<Option<AddedApiKey>, AddApiKeyError> {
    let key = idempotency_key.map(|key| IdempotencyKey {
        scope: command.actor.id().to_owned(),
        key: key.to_owned(),
        fingerprint: fingerprint(ctx, command),
    });
    let mut added = None;
    let made = run_once(ctx, key.as_ref(), |tx| {
        let new = add_in(ctx, tx, command)?;
        let id = new.key.id.to_string();
        added = Some(new);
        Ok::<_, AddApiKeyError>(id)
    })?;
    Ok(added.filter(|_| !made.is_replay))
}

fn add_in(ctx: &Context, tx: &mut Tx<'_>, command: &AddApiKey) -> Result<AddedApiKey, StorageError> {
    let token = format!("{TOKEN_PREFIX}{}", random_base62(TOKEN_LENGTH));
    let now = ctx.clock.now();
    let key = ApiKey {
        id: ApiKeyId::random(),
        name: command.name.clone(),
        role: command.role,
        last_four: token.chars().skip(token.len() - 4).collect(),
        expires_at: command.expires_at,
        last_used_at: None,
        revoked_at: None,
        created_at: now,
        created_by: command.actor.staff_id().cloned(),
    };
    let mut changes = vec![Change::set("name", &key.name), Change::set("role", key.role.as_str())];
    changes.extend(key.expires_at.map(|at| Change::set("expires_at", at)));
    let entry = NewAuditEntry::on(&command.actor, AuditAction::ApiKeyCreate, ObjectKind::ApiKey, &key.id, changes);
    api_keys::insert(tx, &key, &ctx.keyring.token_hash(&token))?;
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(AddedApiKey { key, token })
}

fn fingerprint(ctx: &Context, command: &AddApiKey) -> [u8; 32] {
    // The pattern has no `..`, so that no field can be forgotten.
    let AddApiKey { name, role, expires_at, actor: _ } = command;
    let expires_at = expires_at.map(|at| at.to_string()).unwrap_or_default();
    ctx.keyring.fingerprint(&[b"add_api_key", name.as_bytes(), role.as_str().as_bytes(), expires_at.as_bytes()])
}
