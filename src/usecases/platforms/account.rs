//! Calling GitHub for a connection: opening its token, and noting what the answers say about the connection.

use crate::domain::connection::{Connection, ConnectionSecretKind, ConnectionState};
use crate::domain::ids::GrantId;
use crate::github::{CallError, GithubAccount, Token};
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::{StorageError, Tx};
use crate::usecases::connections::secrets::open_secrets;
use crate::usecases::context::Context;
use crate::usecases::mirror::account::note_broken;

/// GitHub, called with the token of a connection.
pub(crate) fn github_of(ctx: &Context, connection: &Connection) -> Result<GithubAccount, StorageError> {
    let (id, kind) = (&connection.id, ConnectionSecretKind::ApiKey);
    let tokens = ctx.db.read(|conn| open_secrets(ctx, conn, id, kind, ctx.clock.now()))?;
    let token = tokens.into_iter().next().ok_or_else(|| StorageError::Corrupt(format!("{id} has no token")))?;
    Ok(ctx.github.account(id.as_str(), &connection.api_url, Token::new(token)))
}

/// Notes a call, and that the token is not accepted any more where that is the answer.
pub(super) fn note_call(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (what, outcome): (&str, Result<&str, &CallError>),
    calls: i32,
    grant_id: Option<&GrantId>,
) -> Result<(), StorageError> {
    let event = ConnectionEvent {
        what: what.to_owned(),
        detail: Some(outcome.map_or_else(CallError::explain, str::to_owned)),
        calls: Some(calls),
        grant_id: grant_id.cloned(),
        is_ok: outcome.is_ok(),
        at: ctx.clock.now(),
    };
    events::add(tx, &connection.id, &event)?;
    if connection.state == ConnectionState::Active && outcome == Err(&CallError::Unauthorized) {
        note_broken(ctx, tx, &connection.id, "unauthorized")?;
    }
    Ok(())
}
