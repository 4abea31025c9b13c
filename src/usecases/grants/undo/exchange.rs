//! Undoing the replacement of a key: the old one is in force again, with its activations.

use jiff::Timestamp;

use super::{EXPOSED, UndoError, Undone, spend};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::Grant;
use crate::domain::grant::replacement::InstancesFate;
use crate::domain::grant::undo::UndoWindow;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::LicenseKeySource;
use crate::domain::outbox::{MessageState, NewMessage, OutboxMessage};
use crate::storage::grants::undo::replacements;
use crate::storage::license_keys::{self, activations, instances};
use crate::storage::{StorageError, Tx, audit_log, customers, grants, outbox};
use crate::usecases::context::Context;
use crate::usecases::grants::replace::former::{Former, read_former};
use crate::usecases::license_keys::read::note_read;
use crate::usecases::license_keys::take_back::{Fate, take_back};

pub(super) fn undo_replacement(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, window, old): (&Grant, &UndoWindow, &LicenseKeyId),
    actor: &Actor,
    now: Timestamp,
) -> Result<Undone, UndoError> {
    let new = grant.license_key_id.as_ref().ok_or(UndoError::NotDelivered)?;
    let replacement = replacements::of_key(tx, old)?.ok_or(StorageError::Conflict)?;
    for id in [old, new] {
        license_keys::lock(tx, id)?;
    }
    let former = read_former(window.former_instances.as_deref(), old)?;
    bring_activations_back(tx, (old, new), replacement.instances, &former)?;
    let email = former_email(tx, grant, window, now)?;
    if !grants::exchange_key(tx, &grant.id, (new, old), email, now)? {
        return Err(StorageError::Conflict.into());
    }
    replacements::delete(tx, old)?;
    let mut changes = vec![Change::new("license_key_id", Some(new.as_str()), Some(old.as_str()))];
    if replacement.was_active && license_keys::restore(tx, old, now)? {
        changes.push(Change::new("license_key.status", Some("disabled"), Some("active")));
    }
    spend(tx, window, &replacement.replaced_by)?;
    let is_typed = license_keys::find(tx, new)?.source == LicenseKeySource::Manual;
    let fate = Fate::Free.unless_seen(window.is_seen, EXPOSED);
    let taken = take_back(ctx, tx, new, fate, now)?;
    let typed = taken.value.filter(|_| is_typed && replacement.replaced_by == actor.id());
    if typed.is_some() {
        note_read(ctx, tx, actor, &[new])?;
    }
    changes.extend(taken.changes);
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantUndo, &grant.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(Undone { typed, is_replacement: true, is_exposed: fate != Fate::Free && taken.state.is_some() })
}

/// Gives the old key its activations again; fails if the new one has others.
fn bring_activations_back(
    tx: &mut Tx<'_>,
    (old, new): (&LicenseKeyId, &LicenseKeyId),
    fate: InstancesFate,
    former: &Former,
) -> Result<(), UndoError> {
    let current = instances::all_of_key(tx, new)?;
    match fate {
        InstancesFate::End if current.is_empty() => activations::bring_back(tx, old, &former.0)?,
        InstancesFate::Move if current.iter().all(|instance| former.has(&instance.id)) => {
            activations::move_all(tx, new, old)?;
        }
        InstancesFate::End | InstancesFate::Move => return Err(UndoError::InUse),
    }
    Ok(())
}

/// The state of the e-mail with the old key. One that still waited when the key was replaced is sent after all.
fn former_email(
    tx: &mut Tx<'_>,
    grant: &Grant,
    window: &UndoWindow,
    now: Timestamp,
) -> Result<Option<MessageState>, StorageError> {
    // The newest one is that of the replacement. Those of earlier ones that were undone say nothing about the old key.
    let was_called_off = |message: &OutboxMessage| message.state == MessageState::Cancelled;
    let is_by_this = |message: &OutboxMessage| message.finished_at == Some(window.opened_at);
    let messages = outbox::of_grant(tx, &grant.id)?;
    let mut before = messages.into_iter().skip(1).filter(|message| !was_called_off(message) || is_by_this(message));
    let Some(before) = before.next() else { return Ok(None) };
    if !was_called_off(&before) {
        return Ok(Some(before.state));
    }
    let customer = customers::find(tx, &grant.customer_id)?;
    outbox::enqueue(tx, &NewMessage::license_key_delivered(&grant.id, &customer), now)?;
    Ok(Some(MessageState::Queued))
}
