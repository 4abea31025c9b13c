//! Renaming and deleting a view: its owner may, and admins.

use super::{SavedViewError, entry};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::SavedViewId;
use crate::domain::list::view::{SavedView, ViewName};
use crate::domain::staff::Role;
use crate::storage::{Tx, audit_log, saved_views};
use crate::usecases::context::Context;

/// Gives the view another name.
pub(crate) fn rename_view(
    ctx: &Context,
    id: &SavedViewId,
    name: &ViewName,
    actor: &Actor,
) -> Result<(), SavedViewError> {
    ctx.db.write(|tx| {
        let view = SavedView { name: name.clone(), ..changeable(tx, id, actor)? };
        if !saved_views::rename(tx, id, name)? {
            return Err(SavedViewError::ViewNotFound);
        }
        let entry = entry(actor, AuditAction::SavedViewRename, &view);
        Ok(audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?)
    })
}

/// Deletes the view.
pub(crate) fn delete_view(ctx: &Context, id: &SavedViewId, actor: &Actor) -> Result<(), SavedViewError> {
    ctx.db.write(|tx| {
        let view = changeable(tx, id, actor)?;
        if !saved_views::delete(tx, id)? {
            return Err(SavedViewError::ViewNotFound);
        }
        let entry = entry(actor, AuditAction::SavedViewDelete, &view);
        Ok(audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?)
    })
}

/// The view, if the actor may change it. Of others' own views nobody learns that there are any.
fn changeable(tx: &mut Tx<'_>, id: &SavedViewId, actor: &Actor) -> Result<SavedView, SavedViewError> {
    let view = saved_views::find(tx, id)?;
    if actor.staff_id() == Some(&view.owner_id) {
        return Ok(view);
    }
    match (view.is_shared, actor.may(Role::Admin)) {
        (true, true) => Ok(view),
        (true, false) => Err(SavedViewError::Forbidden),
        (false, _) => Err(SavedViewError::ViewNotFound),
    }
}
