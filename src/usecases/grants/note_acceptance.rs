//! Noting that the customer accepted an invitation, and taking that back. Staff note it by hand; where a platform says it,
//! nobody has to.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::{Acceptance, Grant};
use crate::domain::ids::GrantId;
use crate::storage::connections::mirrored;
use crate::storage::grants::integrations;
use crate::storage::{StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum NoteAcceptanceError {
    GrantNotFound,
    /// It has not been delivered by a link, or is revoked.
    NotDelivered,
    Storage(StorageError),
}

impl From<StorageError> for NoteAcceptanceError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Notes that the invitation was accepted, or that it was not; `false` if that was known.
pub(crate) fn note_acceptance(
    ctx: &Context,
    grant_id: &GrantId,
    is_accepted: bool,
    actor: &Actor,
) -> Result<bool, NoteAcceptanceError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let grant = grants::find(tx, grant_id)?;
        if !grant.may_be_accepted() || mirrored::grant(tx, grant_id)?.is_some() {
            return Err(NoteAcceptanceError::NotDelivered);
        }
        Ok(note_in(ctx, tx, &grant, is_accepted, actor, ctx.clock.now())?)
    })
}

/// Notes it about a grant that the caller has locked; `false` if that was known. What the platform says is noted by the
/// part of Keydesk that asked it.
pub(in crate::usecases) fn note_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    is_accepted: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let former = grant.integration.acceptance.as_ref();
    if former.is_some() == is_accepted {
        return Ok(false);
    }
    let acceptance = is_accepted.then(|| Acceptance { at: now, by: actor.staff_id().cloned() });
    integrations::set_acceptance(tx, &grant.id, acceptance.as_ref())?;
    let action = if is_accepted { AuditAction::GrantAccept } else { AuditAction::GrantUnaccept };
    let change = Change {
        field: "accepted_at".to_owned(),
        before: former.map(|acceptance| acceptance.at.to_string()),
        after: acceptance.map(|acceptance| acceptance.at.to_string()),
    };
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(actor, action, &grant.id, vec![change]), now)?;
    Ok(true)
}
