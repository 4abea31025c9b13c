//! Setting a first or a new password through a single-use link.

use super::revoke_access::revoke_access;
use crate::crypto::{self, Password};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::staff::Staff;
use crate::domain::staff::link::{LinkPurpose, StaffLink};
use crate::storage::{Conn, StorageError, audit_log, staff};
use crate::usecases::context::Context;
use crate::usecases::staff::error::StaffError;

/// The link with this token and its person; `None` if it was used, has expired or never existed.
pub(crate) fn find_link(ctx: &Context, token: &str) -> Result<Option<(StaffLink, Staff)>, StorageError> {
    ctx.db.read(|conn| find(ctx, conn, token))
}

fn find(ctx: &Context, conn: &mut Conn, token: &str) -> Result<Option<(StaffLink, Staff)>, StorageError> {
    let hash = ctx.keyring.token_hash(token);
    let Some(link) = staff::links::find_by_token(conn, &hash, ctx.clock.now())? else { return Ok(None) };
    let person = staff::find(conn, &link.staff_id)?.filter(|person| person.disabled_at.is_none());
    Ok(person.map(|person| (link, person)))
}

/// Sets a password that has passed the strength check and uses up the link; ends all of the person's access.
/// `NotFound` if the link is not valid.
pub(crate) fn set_password(
    ctx: &Context,
    token: &str,
    password: &Password,
    actor: &Actor,
) -> Result<Staff, StaffError> {
    let (_, person) = find_link(ctx, token)?.ok_or(StaffError::NotFound)?;
    let hash = crypto::hash_password(password).map_err(|error| StaffError::Hashing(error.to_string()))?;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::lock(tx, &person.id)?;
        let (link, person) = find(ctx, tx, token)?.ok_or(StaffError::NotFound)?;
        if !staff::links::use_up(tx, &link.id)? {
            return Err(StaffError::NotFound);
        }
        staff::set_password_hash(tx, &person.id, &hash, now)?;
        revoke_access(tx, &person.id, None)?;
        let action = match link.purpose {
            LinkPurpose::Invitation => AuditAction::StaffJoin,
            LinkPurpose::Reset => AuditAction::StaffChangePassword,
        };
        let actor = Actor { who: Who::Staff(person.id.clone()), ..actor.clone() };
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on(&actor, action, ObjectKind::Staff, &person.id, vec![]),
            now,
        )?;
        Ok(person)
    })
}
