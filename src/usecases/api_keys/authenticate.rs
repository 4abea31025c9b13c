//! Finding the API key of a token. Looked up on each request, so that revoking takes effect immediately.

use crate::domain::api_key::{ApiKey, ApiKeyStatus, TOKEN_PREFIX};
use crate::storage::{StorageError, api_keys};
use crate::usecases::context::Context;

/// The key that this token belongs to; `None` if it is unknown, expired or revoked.
pub(crate) fn authenticate_api_key(ctx: &Context, token: &str) -> Result<Option<ApiKey>, StorageError> {
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
