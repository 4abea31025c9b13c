//! Saving a view of a list.

use super::{SavedViewError, entry};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::SavedViewId;
use crate::domain::list::List;
use crate::domain::list::view::{MAX_VIEWS, SavedView, ViewName};
use crate::domain::staff::Role;
use crate::storage::{audit_log, saved_views};
use crate::usecases::context::Context;

#[derive(Debug, Clone)]
pub(crate) struct SaveView {
    pub list: List,
    pub name: ViewName,
    pub query: String,
    pub is_shared: bool,
    pub actor: Actor,
}

/// Saves the view.
pub(crate) fn save_view(ctx: &Context, command: &SaveView) -> Result<SavedViewId, SavedViewError> {
    let SaveView { list, name, query, is_shared, actor } = command;
    let owner = actor.staff_id().filter(|_| !is_shared || actor.may(Role::Agent)).ok_or(SavedViewError::Forbidden)?;
    ctx.db.write(|tx| {
        let view = SavedView {
            id: SavedViewId::random(),
            owner_id: owner.clone(),
            is_shared: *is_shared,
            list: *list,
            name: name.clone(),
            query: query.clone(),
            created_at: ctx.clock.now(),
        };
        // Locks the person, so that two forms at once do not go beyond the limit.
        audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::SavedViewSave, &view), view.created_at)?;
        if saved_views::count_of(tx, owner)? >= MAX_VIEWS {
            return Err(SavedViewError::TooMany);
        }
        saved_views::insert(tx, &view)?;
        Ok(view.id)
    })
}
