//! The time in which a delivery can be undone: its e-mail and its webhooks wait as long. Deliveries by people wait,
//! programs and what happens by itself do not.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::grant::undo::UndoWindow;
use crate::domain::ids::GrantId;
use crate::storage::grants::undo;
use crate::storage::outbox::windows;
use crate::storage::{StorageError, Tx, idempotency};
use crate::usecases::context::Context;

/// How a delivery comes about, which decides whether it can be undone.
#[derive(Debug, Clone, Copy)]
pub(in crate::usecases) enum Origin<'a> {
    /// Somebody asked for it, by a form or a call.
    Form { idempotency_key: Option<&'a str> },
    /// It happens by itself, or there is no way back.
    Itself,
}

/// Until when what the actor does now can be undone; `None` if it cannot.
pub(in crate::usecases) fn ends_at(ctx: &Context, actor: &Actor, now: Timestamp) -> Option<Timestamp> {
    let undo = ctx.config.undo;
    actor.staff_id().filter(|_| !undo.is_zero())?;
    now.saturating_add(undo).ok()
}

/// Opens the window of a delivery, in place of whatever was noted of an earlier one; returns when its messages are due, or
/// `None` if they are at once.
pub(in crate::usecases) fn open_window(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    origin: Origin<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Timestamp>, StorageError> {
    let Origin::Form { idempotency_key } = origin else {
        undo::close(tx, grant_id)?;
        return Ok(None);
    };
    let Some(ends_at) = ends_at(ctx, actor, now) else {
        undo::close(tx, grant_id)?;
        return Ok(None);
    };
    let window = UndoWindow {
        opened_at: now,
        ends_at,
        idempotency_key: idempotency_key.map(str::to_owned),
        replaced_key_id: None,
        former_instances: None,
        is_seen: false,
        undone_at: None,
    };
    undo::open(tx, grant_id, &window)?;
    Ok(Some(ends_at))
}

/// Ends a window that is open, because something else follows: whatever still waits is due before that.
pub(in crate::usecases) fn end_window(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let Some(window) = undo::of_grant(tx, grant_id)?.filter(|window| window.is_open(now)) else { return Ok(false) };
    windows::release(tx, grant_id, window.opened_at, now)?;
    undo::close(tx, grant_id)?;
    Ok(true)
}

/// Whether what the actor asked for under this key was done and undone.
pub(in crate::usecases) fn is_undone(
    tx: &mut Tx<'_>,
    actor: &Actor,
    idempotency_key: Option<&str>,
) -> Result<bool, StorageError> {
    idempotency_key.map_or(Ok(false), |key| idempotency::is_spent(tx, actor.id(), key))
}

/// Until when the grant's latest delivery can be undone.
pub(in crate::usecases) fn waits_until(
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StorageError> {
    Ok(undo::of_grant(tx, grant_id)?.filter(|window| window.is_open(now)).map(|window| window.ends_at))
}
