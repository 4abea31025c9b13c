//! Adding an API key. The token is given out this once; only its hash is kept.

use jiff::Timestamp;

use super::context::Context;
use crate::crypto::random_base62;
use crate::domain::actor::Actor;
use crate::domain::api_key::{ApiKey, TOKEN_PREFIX};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::ApiKeyId;
use crate::domain::staff::Role;
use crate::storage::{StorageError, api_keys, audit};

/// 43 letters and digits are 256 bits.
const TOKEN_LENGTH: usize = 43;

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct AddApiKey {
    pub name: String,
    pub role: Role,
    pub expires_at: Option<Timestamp>,
    pub actor: Actor,
}

/// A key with its token, to be shown this once.
pub struct AddedApiKey {
    pub key: ApiKey,
    pub token: String,
}

impl std::fmt::Debug for AddedApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddedApiKey").field("key", &self.key.id).field("token", &"[redacted]").finish()
    }
}

/// Makes a key and its token.
pub fn add_api_key(ctx: &Context, command: &AddApiKey) -> Result<AddedApiKey, StorageError> {
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
    };
    let mut changes = vec![Change::set("name", &key.name), Change::set("role", key.role.as_str())];
    changes.extend(key.expires_at.map(|at| Change::set("expires_at", at)));
    let entry = NewAuditEntry::on(&command.actor, AuditAction::ApiKeyCreate, "api_key", &key.id, changes);
    let token_hash = ctx.keyring.token_hash(&token);
    ctx.db.write(|tx| {
        api_keys::insert(tx, &key, &token_hash)?;
        audit::append(tx, &ctx.keyring, &entry, now)
    })?;
    Ok(AddedApiKey { key, token })
}
