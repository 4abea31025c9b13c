//! Issuing from a form: a sale without any id would be a new grant each time, so the form's own key
//! tells a double click from a second sale.

use super::context::Context;
use super::issue_grant::{IssueGrantError, issue_in};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::GrantId;
use crate::domain::sale::Sale;
use crate::storage::idempotency::{self, Claim};
use crate::storage::{StorageError, Tx};

/// What became of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuedOnce {
    New(GrantId),
    /// The same form was sent before, and made this grant.
    Replay(GrantId),
    /// Another report of the same sale made this grant.
    Known(GrantId),
}

#[derive(Debug)]
pub enum IssueGrantOnceError {
    /// The form's key was used with other content.
    IdempotencyMismatch,
    Issue(IssueGrantError),
}

impl From<StorageError> for IssueGrantOnceError {
    fn from(error: StorageError) -> Self {
        Self::Issue(error.into())
    }
}

impl From<IssueGrantError> for IssueGrantOnceError {
    fn from(error: IssueGrantError) -> Self {
        Self::Issue(error)
    }
}

/// How often the form is tried again when another is quicker with the same customer, sale or key.
const TRIES: usize = 3;

/// Makes one grant for all sendings of a form.
pub fn issue_grant_once(
    ctx: &Context,
    sale: &Sale,
    idempotency_key: Option<&str>,
    actor: &Actor,
) -> Result<IssuedOnce, IssueGrantOnceError> {
    for _ in 1..TRIES {
        match ctx.db.write(|tx| issue(ctx, tx, sale, idempotency_key, actor)) {
            Err(IssueGrantOnceError::Issue(IssueGrantError::Storage(StorageError::Conflict))) => {}
            other => return other,
        }
    }
    ctx.db.write(|tx| issue(ctx, tx, sale, idempotency_key, actor))
}

fn issue(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    idempotency_key: Option<&str>,
    actor: &Actor,
) -> Result<IssuedOnce, IssueGrantOnceError> {
    let fingerprint = fingerprint(ctx, sale);
    if let Some(key) = idempotency_key {
        match idempotency::look_up(tx, actor.id(), key, &fingerprint)? {
            Claim::Fresh => {}
            Claim::Replay(id) => return Ok(IssuedOnce::Replay(GrantId::stored(id))),
            Claim::Mismatch => return Err(IssueGrantOnceError::IdempotencyMismatch),
        }
    }
    let issued = issue_in(ctx, tx, sale, AuditAction::GrantCreate, actor)?;
    if !issued.is_new {
        return Ok(IssuedOnce::Known(issued.grant_id));
    }
    if let Some(key) = idempotency_key {
        idempotency::claim(tx, actor.id(), key, &fingerprint, issued.grant_id.as_str(), ctx.clock.now())?;
    }
    Ok(IssuedOnce::New(issued.grant_id))
}

fn fingerprint(ctx: &Context, sale: &Sale) -> [u8; 32] {
    let optional = |text: &Option<String>| text.as_deref().unwrap_or_default().as_bytes().to_vec();
    ctx.keyring.fingerprint(&[
        b"issue_grant",
        sale.entitlement_id.as_str().as_bytes(),
        sale.customer_email.key().as_bytes(),
        &optional(&sale.customer_name),
        &optional(&sale.customer_locale),
        &optional(&sale.payment_id),
        &optional(&sale.subscription_id),
    ])
}
