//! Which connection reaches a repository.

use serde_json::Value;

use super::account::github_of;
use crate::domain::connection::{Connection, ConnectionKind, ConnectionState};
use crate::domain::entitlement::{IntegrationConfig, IntegrationType};
use crate::domain::integration::github_names::Repository;
use crate::github::{CallError, GithubAccount};
use crate::storage::connections::rows;
use crate::storage::{Conn, StorageError};
use crate::usecases::context::Context;

/// The repository of an entitlement, and what its customers may do there.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub repository: Repository,
    pub permission: String,
}

/// What an entitlement gives access to; `None` if it is not for GitHub, or does not name a repository.
pub(crate) fn access_of(config: &IntegrationConfig) -> Option<Access> {
    let IntegrationConfig::Other(other) = config else { return None };
    if other.kind != IntegrationType::Github {
        return None;
    }
    let fields: Value = serde_json::from_str(&other.fields).ok()?;
    let text = |name: &str| fields.get(name)?.as_str();
    let permission = text("permission").unwrap_or("pull").to_owned();
    Some(Access { repository: Repository::parse(text("target_id")?)?, permission })
}

/// The connections in use that may reach a repository: that of its owner first, then the oldest.
pub(crate) fn candidates(conn: &mut Conn, repository: &Repository) -> Result<Vec<Connection>, StorageError> {
    let mut found = rows::all(conn)?;
    found.retain(|connection| connection.kind == ConnectionKind::Github && connection.state == ConnectionState::Active);
    let is_owner = |connection: &Connection| {
        connection.account.as_ref().is_some_and(|account| account.eq_ignore_ascii_case(&repository.owner))
    };
    found.sort_by_key(|connection| !is_owner(connection));
    Ok(found)
}

/// A connection that may invite to the repository.
pub(crate) struct Reached {
    pub connection: Connection,
    pub account: GithubAccount,
}

/// Why no connection may invite to a repository.
#[derive(Debug)]
pub(crate) enum NotReached {
    /// There is no connection in use.
    NoConnection,
    /// None reaches it.
    UnknownRepository,
    /// One reaches it, and may not invite.
    NotAllowed,
    /// A call failed, so that it is not known.
    Call(Box<Connection>, i32, CallError),
    Storage(StorageError),
}

impl From<StorageError> for NotReached {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The first connection that may invite to the repository.
pub(crate) fn reach(ctx: &Context, repository: &Repository) -> Result<Reached, NotReached> {
    let mut reason = NotReached::NoConnection;
    for connection in ctx.db.read(|conn| candidates(conn, repository))? {
        let account = github_of(ctx, &connection)?;
        reason = match (account.may_invite(repository), reason) {
            (Ok(true), _) => return Ok(Reached { connection, account }),
            (Ok(false), _) => NotReached::NotAllowed,
            // What is certain is told rather than that one could not be asked.
            (Err(CallError::NotFound), NotReached::NoConnection) => NotReached::UnknownRepository,
            (Err(CallError::NotFound), other) => other,
            (Err(error), NotReached::NoConnection | NotReached::UnknownRepository) => {
                NotReached::Call(Box::new(connection), account.calls(), error)
            }
            (Err(_), other) => other,
        };
    }
    Err(reason)
}
