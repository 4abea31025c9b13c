//! Assigning a waiting grant to a colleague, or to nobody.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::staff::Role;
use crate::storage::db::dialect;
use crate::storage::{StorageError, Tx, audit_log, grants, staff};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum AssignGrantError {
    GrantNotFound,
    NotPending,
    /// There is no such person, or they may not fulfill grants.
    NoAssignee,
    Storage(StorageError),
}

impl From<StorageError> for AssignGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Assigns the grant; returns the person's name, `None` for nobody.
pub(crate) fn assign_grant(
    ctx: &Context,
    grant_id: &GrantId,
    assignee: Option<&StaffId>,
    actor: &Actor,
) -> Result<Option<String>, AssignGrantError> {
    ctx.db.write(|tx| assign_in(ctx, tx, grant_id, assignee, actor))
}

/// Like [`assign_grant`], but inside the caller's transaction.
pub(in crate::usecases) fn assign_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    assignee: Option<&StaffId>,
    actor: &Actor,
) -> Result<Option<String>, AssignGrantError> {
    let name = match assignee {
        Some(id) => {
            dialect::hold_staff(tx, id)?;
            let person = staff::find(tx, id)?.filter(|person| person.disabled_at.is_none());
            Some(person.filter(|person| person.may(Role::Agent)).ok_or(AssignGrantError::NoAssignee)?.name)
        }
        None => None,
    };
    grants::lock(tx, grant_id)?;
    let now = ctx.clock.now();
    let grant = grants::find(tx, grant_id)?;
    if !grant.is_waiting() {
        return Err(AssignGrantError::NotPending);
    }
    let former = grant.handling.assigned_to.as_ref();
    if former == assignee {
        return Ok(name);
    }
    let changes = vec![Change::new("assigned_to", former.map(StaffId::as_str), assignee.map(StaffId::as_str))];
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantAssign, grant_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    grants::handling::assign(tx, grant_id, &grant.handling, assignee)?;
    Ok(name)
}
