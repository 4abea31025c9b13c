//! Deleting a note: its author may, and admins.

use super::add_note::entry;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::NoteId;
use crate::domain::staff::Role;
use crate::storage::customers::notes;
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum DeleteNoteError {
    /// There is none, or no longer.
    NoteNotFound,
    /// It is a colleague's.
    Forbidden,
    Storage(StorageError),
}

impl From<StorageError> for DeleteNoteError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NoteNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Deletes the note.
pub(crate) fn delete_note(ctx: &Context, id: &NoteId, actor: &Actor) -> Result<(), DeleteNoteError> {
    ctx.db.write(|tx| {
        let note = notes::find(tx, id)?;
        let is_theirs = actor.may(Role::Agent) && actor.staff_id() == Some(&note.author_id);
        if !is_theirs && !actor.may(Role::Admin) {
            return Err(DeleteNoteError::Forbidden);
        }
        if !notes::delete(tx, id)? {
            return Err(DeleteNoteError::NoteNotFound);
        }
        audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::NoteDeleted, &note), ctx.clock.now())?;
        Ok(())
    })
}
