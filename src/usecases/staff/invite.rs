//! Inviting a person, who gets a link by e-mail and sets their own password.

use super::error::StaffError;
use super::send_link::{link_changes, send_link};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::domain::staff::link::LinkPurpose;
use crate::storage::audit_log;
use crate::storage::staff::{self, NewStaff};
use crate::usecases::context::Context;

/// The properties of a new person.
#[derive(Debug, Clone)]
pub(crate) struct InviteStaff {
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// The language of the e-mail.
    pub language: &'static str,
    pub actor: Actor,
}

/// Adds the person without a password and queues the e-mail with the link.
pub(crate) fn invite_staff(ctx: &Context, command: &InviteStaff) -> Result<StaffId, StaffError> {
    let person = NewStaff {
        id: StaffId::random(),
        email: command.email.clone(),
        name: command.name.clone(),
        role: command.role,
        password_hash: None,
    };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::insert(tx, &person, now)?;
        send_link(ctx, tx, &person.id, LinkPurpose::Invitation, command.language, now)?;
        let mut changes = vec![Change::set("role", person.role.as_str())];
        changes.extend(link_changes(ctx));
        let entry = NewAuditEntry::on(&command.actor, AuditAction::StaffInvite, ObjectKind::Staff, &person.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(person.id.clone())
    })
}
