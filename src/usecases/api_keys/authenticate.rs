//! Whose token this is. Looked up at each request, so that revoking works at once.

use crate::domain::api_key::{ApiKey, ApiKeyStatus, TOKEN_PREFIX};
use crate::storage::{StorageError, api_keys};
use crate::usecases::context::Context;

/// The key whose token this is; `None` where it is unknown, expired or revoked.
pub fn authenticate_api_key(ctx: &Context, token: &str) -> Result<Option<ApiKey>, StorageError> {
    if !token.starts_with(TOKEN_PREFIX) || token.len() > 100 {
        return Ok(None);
    }
    let hash = ctx.keyring.token_hash(token);
    let now = ctx.clock.now();
    let found = ctx.db.read(|conn| api_keys::find_by_token_hash(conn, &hash))?;
    let Some(key) = found.filter(|key| key.status(now) == ApiKeyStatus::Active) else { return Ok(None) };
    if key.is_use_worth_noting(now) {
        ctx.db.write(|tx| api_keys::note_use(tx, &key.id, now))?;
    }
    Ok(Some(key))
}
