//! Undoing a delivery whose e-mail has not left: the grant waits again with what its form said, nothing is sent, and no
//! key is left; a replaced key is in force again. The outbox and this meet on the messages: one of them wins.

pub(in crate::usecases) mod exchange;
pub(crate) mod send_now;
pub(in crate::usecases) mod window;

use jiff::Timestamp;

use self::exchange::undo_replacement;
use super::hold::{lock_with_untouched, record, release_all};
use super::pause::reopen;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::undo::{KeptForm, UndoWindow};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{GrantId, LicenseKeyId, StaffId};
use crate::domain::license_key::{ExpirySource, LicenseKeySource, LicenseKeySummary, LicenseKeyValue};
use crate::domain::outbox::MessageState;
use crate::storage::db::dialect;
use crate::storage::grants::{claims, undo};
use crate::storage::outbox::windows;
use crate::storage::{StorageError, Tx, audit_log, grants, idempotency, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::license_keys::read::note_read;
use crate::usecases::license_keys::take_back::{Fate, Taken, take_back};

/// Why a stock key that was read in the meantime does not return to stock.
pub(super) const EXPOSED: &str = "exposed: read before its delivery was undone";

/// A delivery that was undone.
#[derive(Debug)]
pub(crate) struct Undone {
    /// The key or link, for whoever typed it; nothing is left of it here.
    pub typed: Option<LicenseKeyValue>,
    /// Whether the key before is in force again.
    pub is_replacement: bool,
    /// Whether a stock key was read in the meantime, so that it did not return.
    pub is_exposed: bool,
}

#[derive(Debug)]
pub(crate) enum UndoError {
    GrantNotFound,
    /// The e-mail has left, at that moment if it is known.
    TooLate(Option<Timestamp>),
    /// It was undone already.
    AlreadyUndone,
    /// The grant is not delivered.
    NotDelivered,
    /// The key is in use already.
    InUse,
    Storage(StorageError),
}

impl From<StorageError> for UndoError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Undoes the grant's latest delivery. A person who does it holds the grant then.
pub(crate) fn undo_delivery(ctx: &Context, grant_id: &GrantId, actor: &Actor) -> Result<Undone, UndoError> {
    ctx.db.write(|tx| undo_in(ctx, tx, grant_id, actor, actor.staff_id()))
}

/// Like [`undo_delivery`], but inside the caller's transaction. The grant is held by `holder` then, and nobody else sees
/// what they typed.
pub(in crate::usecases) fn undo_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    actor: &Actor,
    holder: Option<&StaffId>,
) -> Result<Undone, UndoError> {
    let now = ctx.clock.now();
    let others = if let Some(staff) = holder {
        lock_with_untouched(tx, grant_id, staff, now)?
    } else {
        grants::lock(tx, grant_id)?;
        Vec::new()
    };
    let grant = grants::find(tx, grant_id)?;
    let Some(window) = undo::take(tx, grant_id, now)? else {
        let was_undone = undo::of_grant(tx, grant_id)?.is_some_and(|window| window.undone_at.is_some());
        return Err(if was_undone { UndoError::AlreadyUndone } else { too_late(tx, &grant)? });
    };
    if !windows::call_back(tx, grant_id, window.opened_at, now)? {
        return Err(too_late(tx, &grant)?);
    }
    // Before any key, like others who move values.
    dialect::hold_values_for_adding(tx)?;
    if let Some(former) = &window.replaced_key_id {
        return undo_replacement(ctx, tx, (&grant, &window, former), actor, now);
    }
    let key = grant.license_key_id.as_ref().map(|id| unused(tx, id)).transpose()?;
    if !grants::mark_undone(tx, grant_id, now)? {
        return Err(too_late(tx, &grant)?);
    }
    if let Some(key) = &key {
        undo::keep_form(tx, grant_id, &kept(key))?;
    }
    let delivered_by = grant.delivered_by.as_deref().unwrap_or_default();
    spend(tx, &window, delivered_by)?;
    let fate = Fate::Free.unless_seen(window.is_seen, EXPOSED);
    let taken = match &key {
        Some(key) => take_back(ctx, tx, &key.id, fate, now)?,
        None => Taken { changes: Vec::new(), value: None, state: None },
    };
    let is_own = holder.is_some()
        && delivered_by == actor.id()
        && key.as_ref().is_some_and(|key| key.source == LicenseKeySource::Manual);
    let typed = taken.value.filter(|_| is_own);
    if let (Some(key), Some(_)) = (&key, &typed) {
        note_read(ctx, tx, actor, &[&key.id])?;
    }
    let mut changes = vec![
        Change::new("status", Some(GrantStatus::Delivered.as_str()), Some(GrantStatus::Pending.as_str())),
        Change::new("license_key_id", key.as_ref().map(|key| key.id.as_str()), None),
    ];
    changes.extend(taken.changes);
    changes.push(Change::new("e_mail", Some(MessageState::Queued.as_str()), Some(MessageState::Cancelled.as_str())));
    reopen(tx, &grant)?;
    let waiting = grants::find(tx, grant_id)?;
    if let Some(staff) = holder {
        hold(ctx, tx, &waiting, (staff, &others), changes, actor, now)?;
    } else {
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantUndo, grant_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
    }
    Ok(Undone { typed, is_replacement: false, is_exposed: fate != Fate::Free && taken.state.is_some() })
}

/// Gives the grant to whoever has undone its delivery, and records both.
fn hold(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    (staff, others): (&StaffId, &[GrantId]),
    changes: Vec<Change>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    if !claims::take(tx, &grant.id, staff, now, now)? {
        return Err(StorageError::Conflict);
    }
    release_all(ctx, tx, others, staff, actor, now)?;
    record(ctx, tx, grant, actor, (AuditAction::GrantUndo, changes), now)
}

/// The key, which stays unused until the transaction ends; fails if it is in use.
fn unused(tx: &mut Tx<'_>, id: &LicenseKeyId) -> Result<LicenseKeySummary, UndoError> {
    license_keys::lock(tx, id)?;
    let key = license_keys::find(tx, id)?;
    if key.activations_used > 0 { Err(UndoError::InUse) } else { Ok(key) }
}

/// What the form said about the key.
fn kept(key: &LicenseKeySummary) -> KeptForm {
    let is_chosen = key.expiry_source == Some(ExpirySource::Chosen);
    KeptForm {
        activations_limit: key.activations_limit,
        expires_at: key.expires_at.filter(|_| is_chosen),
        expires_zone: key.expires_zone.clone().filter(|_| is_chosen),
    }
}

/// Nobody gets the result of the undone request again.
pub(super) fn spend(tx: &mut Tx<'_>, window: &UndoWindow, scope: &str) -> Result<(), StorageError> {
    window.idempotency_key.as_deref().map_or(Ok(()), |key| idempotency::spend(tx, scope, key))
}

/// Why the delivery can no longer be undone.
fn too_late(tx: &mut Tx<'_>, grant: &Grant) -> Result<UndoError, StorageError> {
    if !grant.is_delivered() {
        return Ok(UndoError::NotDelivered);
    }
    let newest = outbox::with_attempts(tx, &grant.id)?.into_iter().next();
    let left_at = newest.map(|(message, attempts)| {
        attempts.last().map(|attempt| attempt.started_at).or(message.finished_at).unwrap_or(message.next_attempt_at)
    });
    Ok(UndoError::TooLate(left_at))
}
