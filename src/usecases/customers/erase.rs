//! Erasing a customer: personal data and keys are removed, grants stay as anonymous records. The audit log contains
//! only ids and masked values and is not changed.

use std::time::{Duration, Instant};

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{CustomerId, MessageId};
use crate::mail::dev_mailbox;
use crate::storage::customers;
use crate::storage::customers::erasure::{self, Erased};
use crate::storage::customers::merging;
use crate::storage::{StorageError, audit_log, db, grants};
use crate::usecases::bulk_runs::pairs::erase_from_runs;
use crate::usecases::connections::erase_hooks::erase_from_hooks;
use crate::usecases::context::Context;
use crate::usecases::grants::revoke::{Reason, revoke_in};
use crate::usecases::sales::imports::erase::erase_from_imports;
use crate::usecases::stock::uploads::erase_from_uploads;

/// The outcome of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    Done(Erased),
    /// The customer was already erased, and no data has been added since.
    WasDone,
}

/// How long to wait for readers until SQLite's log, with the last copies of erased data, can be truncated.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Erases the customer with all who were merged into them, or what was added since an earlier erasure; `NotFound` if
/// there is none.
pub fn erase_customer(ctx: &Context, id: &CustomerId, actor: &Actor) -> Result<Erasure, StorageError> {
    let done = ctx.db.write(|tx| {
        // Customers are locked before grants, here and wherever a grant is moved.
        customers::lock(tx, id)?;
        let customer = customers::find(tx, id)?;
        let (id, was_erased) = (&customer.id, customer.erased_at.is_some());
        let ids = merging::all_ids(tx, id)?;
        let mut theirs = Vec::new();
        for id in &ids {
            theirs.extend(erasure::grants_ever_of(tx, id)?);
        }
        theirs.sort();
        for grant_id in &theirs {
            grants::lock(tx, grant_id)?;
        }
        // Before the commit, so that an interrupted run can simply be repeated. A worker writing one of the files at
        // this moment removes it afterwards.
        for id in &ids {
            remove_dev_mail(ctx, &erasure::messages_of(tx, id)?)?;
        }
        let now = ctx.clock.now();
        let values = erasure::values_of(tx, id)?;
        erase_from_uploads(ctx, tx, &values)?;
        erase_from_runs(ctx, tx, &values)?;
        erase_from_hooks(ctx, tx, id)?;
        erase_from_imports(ctx, tx, id)?;
        let mut erased = Erased::default();
        for id in &ids {
            erased = erased.and(erasure::erase_belongings(tx, id, now)?);
        }
        let reason = Reason::parse(erasure::ERASED_REASON).map_err(|_| StorageError::Corrupt("a reason".to_owned()))?;
        let pending = erasure::pending_grants(tx, id)?;
        for grant_id in &pending {
            revoke_in(ctx, tx, grant_id, &reason, actor).map_err(StorageError::from)?;
        }
        // Waiting e-mails have no recipient any more.
        for id in &ids {
            erasure::cancel_queued(tx, id, now)?;
            erased.has_record |= erasure::erase_customer(tx, id, now)?;
        }
        if was_erased && pending.is_empty() && erased.is_nothing() {
            return Ok::<_, StorageError>(Erasure::WasDone);
        }
        let changes = vec![
            Change::set("grants", erased.grants),
            Change::set("license_keys", erased.license_keys),
            Change::set("license_key_instances", erased.instances),
            Change::set("messages", erased.messages),
            Change::set("notes", erased.notes),
        ];
        let entry = NewAuditEntry::on(actor, AuditAction::CustomerErase, ObjectKind::Customer, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(Erasure::Done(erased))
    })?;
    ctx.db.overwrite_free_space()?;
    empty_log(ctx)?;
    Ok(done)
}

/// Removes e-mails stored in the local mailbox, together with the keys in them.
pub fn remove_dev_mail(ctx: &Context, ids: &[MessageId]) -> Result<(), StorageError> {
    let names: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
    dev_mailbox::remove(&ctx.config.mailbox_dir(), &names)
        .map_err(|error| StorageError::Busy(format!("kept e-mails are not removed: {error}")))
}

/// Overwritten data is still in SQLite's log until the log is truncated.
fn empty_log(ctx: &Context) -> Result<(), StorageError> {
    let deadline = Instant::now() + TIMEOUT;
    while !ctx.db.read(db::checkpoint::empty)? {
        if Instant::now() > deadline {
            tracing::warn!("the database's log was in use; what was erased leaves it with the next checkpoint");
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
