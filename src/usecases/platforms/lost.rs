//! Asking for a person where GitHub did not invite a customer, or the customer did not accept. The grant stands in the
//! list of those that need a decision until somebody settles that, or the invitation no longer needs it.

use jiff::Timestamp;

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::GrantId;
use crate::domain::sale::task::{Decision, TaskKind};
use crate::storage::sales::{lines, tasks};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::sales::task::{ask, of};

/// Asks for a person, because of what became of the grant's invitation at `now`.
pub(super) fn ask_for_person(ctx: &Context, tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<(), StorageError> {
    let Some((sale_id, _)) = lines::of_grant(tx, id)? else { return Ok(()) };
    let task = of(TaskKind::InvitationLost, &sale_id, id, now);
    let subject = [id.as_str(), &now.as_microsecond().to_string()];
    ask(ctx, tx, &subject, task, &Actor::system(SystemPart::Connection)).map(drop)
}

/// Settles what a person was asked for, because it was done.
pub(in crate::usecases) fn settle_lost(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &GrantId,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    for shown in tasks::open_on_grants(tx, &[id.as_str()])? {
        let task = shown.task;
        if task.kind != TaskKind::InvitationLost || !tasks::settle(tx, &task.id, Decision::Settled, actor.id(), now)? {
            continue;
        }
        let entry = NewAuditEntry {
            grant_id: Some(id.clone()),
            ..NewAuditEntry::on(
                actor,
                AuditAction::TaskSettle,
                ObjectKind::Task,
                &task.id,
                vec![Change::set("kind", task.kind.as_str()), Change::set("decision", Decision::Settled.as_str())],
            )
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
    }
    Ok(())
}
