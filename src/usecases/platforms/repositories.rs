//! Which of the repositories that entitlements name a token may invite to.

use super::reach::access_of;
use crate::domain::integration::github_names::Repository;
use crate::github::{CallError, GithubAccount};
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::usecases::context::Context;

/// The repositories of all entitlements in use, each once.
pub(crate) fn repositories(ctx: &Context) -> Result<Vec<Repository>, StorageError> {
    let mut found: Vec<Repository> = Vec::new();
    for entitlement in ctx.db.read(entitlements::list)?.iter().filter(|entitlement| entitlement.is_active) {
        if let Some(access) = access_of(&entitlement.config)
            && !found.contains(&access.repository)
        {
            found.push(access.repository);
        }
    }
    Ok(found)
}

/// How many repositories are asked about at a time.
const MOST: usize = 20;

/// Each repository with whether the token may invite to it; ends with the first call that tells nothing.
pub(crate) fn rights(
    account: &GithubAccount,
    repositories: &[Repository],
) -> Result<Vec<(Repository, Option<bool>)>, CallError> {
    let right = |repository: &Repository| match account.may_invite(repository) {
        Ok(may) => Ok((repository.clone(), Some(may))),
        Err(CallError::NotFound | CallError::Forbidden) => Ok((repository.clone(), None)),
        Err(error) => Err(error),
    };
    repositories.iter().take(MOST).map(right).collect()
}
