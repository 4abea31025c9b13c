//! Asking for a person's decision, once per subject.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{GrantId, SaleId, TaskId};
use crate::domain::sale::task::{Task, TaskKind};
use crate::storage::sales::tasks;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// A task without what only some kinds have.
pub(in crate::usecases) fn of(kind: TaskKind, sale_id: &SaleId, grant_id: &GrantId, now: Timestamp) -> Task {
    Task {
        id: TaskId::random(),
        kind,
        sale_id: sale_id.clone(),
        grant_id: grant_id.clone(),
        customer_id: None,
        other_grant_id: None,
        payment_id: None,
        quantity: None,
        note: None,
        created_at: now,
        settled_at: None,
    }
}

/// Inserts the task and notes it on the grant's timeline, unless there is or was one about the subject; returns the one
/// that there is.
pub(in crate::usecases) fn ask(
    ctx: &Context,
    tx: &mut Tx<'_>,
    subject: &[&str],
    task: Task,
    actor: &Actor,
) -> Result<Task, StorageError> {
    let subject = format!("{} {}", task.kind.as_str(), subject.join(" "));
    if let Some(known) = tasks::find_by_subject(tx, &subject)? {
        return Ok(known);
    }
    tasks::insert(tx, &subject, &task)?;
    let entry = NewAuditEntry {
        grant_id: Some(task.grant_id.clone()),
        ..NewAuditEntry::on(
            actor,
            AuditAction::TaskCreate,
            ObjectKind::Task,
            &task.id,
            vec![Change::set("kind", task.kind.as_str()), Change::set("sale_id", &task.sale_id)],
        )
    };
    audit_log::append(tx, &ctx.keyring, &entry, task.created_at)?;
    Ok(task)
}
