//! Saved views of lists: everybody saves their own, those who act also for all; owners and admins change them.

pub(crate) mod change;
pub(crate) mod save;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::list::view::SavedView;
use crate::storage::StorageError;

#[derive(Debug)]
pub(crate) enum SavedViewError {
    /// There is none, or no longer, or it is somebody else's own.
    ViewNotFound,
    /// It is a colleague's; or it is for everybody, which only those who act may decide.
    Forbidden,
    /// The person has as many as there may be.
    TooMany,
    Storage(StorageError),
}

impl From<StorageError> for SavedViewError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::ViewNotFound,
            other => Self::Storage(other),
        }
    }
}

/// The entry about a view. Its name may name people, so the log has its length.
fn entry(actor: &Actor, action: AuditAction, view: &SavedView) -> NewAuditEntry {
    let changes = vec![
        Change::set("list", view.list.as_str()),
        Change::set("is_shared", view.is_shared),
        Change::set("name", format!("({} characters)", view.name.as_str().chars().count())),
    ];
    NewAuditEntry::on(actor, action, ObjectKind::SavedView, &view.id, changes)
}
