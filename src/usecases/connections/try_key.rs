//! Finding out what an API key may do, by asking the account.

use crate::dodo::{Account, AccountKey, CallError, SupplyKey};
use crate::domain::connection::ConnectionKind;
use crate::domain::integration::github_names::Repository;
use crate::domain::license_key::LicenseKeyValue;
use crate::github::{self, GithubAccount, Token};
use crate::storage::StorageError;
use crate::usecases::context::Context;
use crate::usecases::platforms::repositories::{repositories, rights};

/// What an API key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRights {
    /// The account's own id, if an answer named it.
    pub account: Option<String>,
    /// Whether it may supply license keys, or invite to repositories; `None` if the answer does not tell.
    pub may_supply: Option<bool>,
}

/// Why a key is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyRefused {
    /// The account does not know it.
    Unauthorized,
    /// It may not even read.
    Forbidden,
    /// There was no answer that tells; why.
    Unreachable(String),
}

impl KeyRefused {
    /// The refusal in short, as calls are listed.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Unauthorized => "401".to_owned(),
            Self::Forbidden => "403".to_owned(),
            Self::Unreachable(why) => why.clone(),
        }
    }
}

/// No grant has this id, and the key is blank: only the right is asked for.
const NO_GRANT: &str = "entg_0000000000000000000000";

/// Asks the service of a connection what a key may do; also how many calls that took.
pub(super) fn try_key_of(
    ctx: &Context,
    kind: ConnectionKind,
    api_url: &str,
    api_key: &str,
) -> Result<(Result<KeyRights, KeyRefused>, i32), StorageError> {
    match kind {
        ConnectionKind::Dodo => {
            let account = account(ctx, api_url, api_key);
            Ok((try_key(&account), account.calls()))
        }
        ConnectionKind::Github => {
            let repositories = repositories(ctx)?;
            let account = ctx.github.account(api_url, api_url, Token::new(api_key.to_owned()));
            Ok((try_token(&account, &repositories), account.calls()))
        }
        // A shop's key is tried when it is needed: it may be for these calls alone.
        _ => Ok((Ok(KeyRights { account: None, may_supply: None }), 0)),
    }
}

/// Asks GitHub whose token it is, and whether it may invite to any of the repositories.
fn try_token(account: &GithubAccount, repositories: &[Repository]) -> Result<KeyRights, KeyRefused> {
    let refused = |error: github::CallError| match error {
        github::CallError::Unauthorized => KeyRefused::Unauthorized,
        github::CallError::Forbidden => KeyRefused::Forbidden,
        other => KeyRefused::Unreachable(other.explain()),
    };
    let login = account.login().map_err(refused)?;
    let rights = rights(account, repositories).map_err(refused)?;
    let may_invite = (!rights.is_empty()).then(|| rights.iter().any(|(_, may)| *may == Some(true)));
    Ok(KeyRights { account: Some(login), may_supply: may_invite })
}

/// An account that is reached with a key that is not stored yet.
pub(super) fn account(ctx: &Context, api_url: &str, api_key: &str) -> Account {
    ctx.dodo.account(api_url, api_url, AccountKey::new(api_key.to_owned()))
}

/// Asks the account what the key may do: reading an entitlement, and supplying a blank key to a grant that does not
/// exist, which changes nothing.
fn try_key(account: &Account) -> Result<KeyRights, KeyRefused> {
    let entitlements = account.entitlements(0).map_err(|error| match error {
        CallError::Unauthorized => KeyRefused::Unauthorized,
        CallError::Forbidden => KeyRefused::Forbidden,
        other => KeyRefused::Unreachable(other.explain()),
    })?;
    let key = SupplyKey { value: &LicenseKeyValue::stored(String::new()), activations_limit: None, expires_at: None };
    let may_supply = match account.supply(NO_GRANT, &key) {
        Err(CallError::Unauthorized | CallError::Forbidden) => Some(false),
        Err(CallError::NotFound | CallError::Conflict | CallError::Rejected { .. }) => Some(true),
        _ => None,
    };
    let account = entitlements.into_iter().find_map(|entitlement| entitlement.business_id);
    Ok(KeyRights { account, may_supply })
}
