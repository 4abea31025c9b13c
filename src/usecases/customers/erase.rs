//! Erasing a customer: personal data and keys go, grants stay as anonymous facts. The audit log holds
//! ids and masked values alone and stays whole.

use std::time::{Duration, Instant};

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{CustomerId, MessageId};
use crate::mail::kept;
use crate::storage::customers;
use crate::storage::customers::erasure::{self, Erased};
use crate::storage::{StorageError, audit_log, db, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::{Reason, RevokeGrantError, revoke_in};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    Done(Erased),
    /// It was done before, and nothing has come in since.
    WasDone,
}

/// How long the last traces in SQLite's log are waited for while others read from it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Erases the customer, and what came in since where that was done before; `NotFound` where there is none.
pub fn erase_customer(ctx: &Context, id: &CustomerId, actor: &Actor) -> Result<Erasure, StorageError> {
    let done = ctx.db.write(|tx| {
        // Customers are locked before grants, here and wherever a grant moves.
        customers::lock(tx, id)?;
        for grant_id in erasure::grants_ever_of(tx, id)? {
            grants::lock(tx, &grant_id)?;
        }
        // Before the commit: a run that is interrupted here is simply done again. Whoever is writing one of the files
        // at this moment removes it afterwards.
        remove_kept_mail(ctx, &erasure::messages_of(tx, id)?)?;
        let was_erased = customers::find(tx, id)?.erased_at.is_some();
        let now = ctx.clock.now();
        let mut erased = erasure::erase_belongings(tx, id, now)?;
        let reason = Reason::parse(erasure::ERASED_REASON).map_err(|_| StorageError::Corrupt("a reason".to_owned()))?;
        let pending = erasure::pending_grants(tx, id)?;
        for grant_id in &pending {
            revoke_in(ctx, tx, grant_id, &reason, actor).map_err(|error| match error {
                RevokeGrantError::Storage(error) => error,
                RevokeGrantError::GrantNotFound => StorageError::NotFound,
            })?;
        }
        // E-mails that still wait would have nobody to go to.
        erasure::cancel_queued(tx, id, now)?;
        erased.has_record = erasure::erase_customer(tx, id, now)?;
        if was_erased && pending.is_empty() && erased.is_nothing() {
            return Ok::<_, StorageError>(Erasure::WasDone);
        }
        let changes = vec![
            Change::set("grants", erased.grants),
            Change::set("license_keys", erased.license_keys),
            Change::set("license_key_instances", erased.instances),
            Change::set("messages", erased.messages),
        ];
        let entry = NewAuditEntry::on(actor, AuditAction::CustomerErase, ObjectKind::Customer, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(Erasure::Done(erased))
    })?;
    empty_log(ctx)?;
    Ok(done)
}

/// Removes e-mails that were kept on this machine, and with them the keys they hold.
pub fn remove_kept_mail(ctx: &Context, ids: &[MessageId]) -> Result<(), StorageError> {
    let names: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
    kept::remove(&ctx.config.mailbox_dir(), &names)
        .map_err(|error| StorageError::Busy(format!("kept e-mails are not removed: {error}")))
}

/// What was overwritten is still in SQLite's log until that is emptied.
fn empty_log(ctx: &Context) -> Result<(), StorageError> {
    let deadline = Instant::now() + PATIENCE;
    while !ctx.db.read(db::checkpoint::empty)? {
        if Instant::now() > deadline {
            tracing::warn!("the database's log was in use; what was erased leaves it with the next checkpoint");
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
