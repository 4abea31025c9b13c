//! Changing the files of an entitlement: their order, their notes, and which ones there are.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::file::StoredFile;
use crate::domain::ids::{EntitlementId, FileId};
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, Tx, audit_log, files};
use crate::usecases::context::Context;

/// Takes a file from an entitlement; at once, its links no longer work. `NotFound` if it does not carry the file.
pub(crate) fn remove_file(
    ctx: &Context,
    entitlement_id: &EntitlementId,
    id: &FileId,
    actor: &Actor,
) -> Result<StoredFile, StorageError> {
    change(ctx, entitlement_id, id, actor, |tx, carried, at| {
        let file = carried.remove(at);
        files::set_of_entitlement(tx, entitlement_id, &ids(carried))?;
        Ok(Some((AuditAction::FileRemove, vec![Change::new("name", Some(file.name.as_str()), None)])))
    })
}

/// Moves a file one place up or down; nothing happens at the end of the list.
pub(crate) fn move_file(
    ctx: &Context,
    entitlement_id: &EntitlementId,
    id: &FileId,
    is_up: bool,
    actor: &Actor,
) -> Result<StoredFile, StorageError> {
    change(ctx, entitlement_id, id, actor, |tx, carried, at| {
        let to = if is_up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(to) = to.filter(|to| *to < carried.len()) else { return Ok(None) };
        carried.swap(at, to);
        files::set_of_entitlement(tx, entitlement_id, &ids(carried))?;
        let place = |index: usize| (index + 1).to_string();
        Ok(Some((AuditAction::FileMove, vec![Change::new("position", Some(&place(at)), Some(&place(to)))])))
    })
}

/// Changes what customers read below the file's name, wherever it is carried.
pub(crate) fn set_file_note(
    ctx: &Context,
    entitlement_id: &EntitlementId,
    id: &FileId,
    note: Option<&str>,
    actor: &Actor,
) -> Result<StoredFile, StorageError> {
    change(ctx, entitlement_id, id, actor, |tx, carried, at| {
        let before = carried.get(at).and_then(|file| file.note.clone());
        if before.as_deref() == note {
            return Ok(None);
        }
        files::set_note(tx, id, note)?;
        Ok(Some((AuditAction::FileUpdate, vec![Change::new("note", before.as_deref(), note)])))
    })
}

/// Sets which files an entitlement carries, inside the caller's transaction, which has locked it. Fails with the first
/// id that is unknown.
pub(in crate::usecases) fn set_files(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement_id: &EntitlementId,
    wanted: &[FileId],
    actor: &Actor,
) -> Result<Result<(), FileId>, StorageError> {
    let existing = files::existing(tx, wanted)?;
    if let Some(unknown) = wanted.iter().find(|id| !existing.contains(id)) {
        return Ok(Err(unknown.clone()));
    }
    let before = ids(&files::of_entitlement(tx, entitlement_id)?);
    if before == wanted {
        return Ok(Ok(()));
    }
    files::set_of_entitlement(tx, entitlement_id, wanted)?;
    let list = |ids: &[FileId]| ids.iter().map(FileId::as_str).collect::<Vec<_>>().join(" ");
    let changes = vec![Change::new("digital_file_ids", Some(&list(&before)), Some(&list(wanted)))];
    let entry =
        NewAuditEntry::on(actor, AuditAction::EntitlementUpdate, ObjectKind::Entitlement, entitlement_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
    Ok(Ok(()))
}

type Done = Option<(AuditAction, Vec<Change>)>;

fn change(
    ctx: &Context,
    entitlement_id: &EntitlementId,
    id: &FileId,
    actor: &Actor,
    make: impl FnOnce(&mut Tx<'_>, &mut Vec<StoredFile>, usize) -> Result<Done, StorageError>,
) -> Result<StoredFile, StorageError> {
    ctx.db.write(|tx| {
        entitlements::lock(tx, entitlement_id)?;
        entitlements::find_active(tx, entitlement_id)?;
        let mut carried = files::of_entitlement(tx, entitlement_id)?;
        let at = carried.iter().position(|file| file.id == *id).ok_or(StorageError::NotFound)?;
        let file = carried.get(at).cloned().ok_or(StorageError::NotFound)?;
        if let Some((action, mut changes)) = make(tx, &mut carried, at)? {
            changes.push(Change::set("entitlement_id", entitlement_id));
            let entry = NewAuditEntry::on(actor, action, ObjectKind::File, id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        }
        Ok(file)
    })
}

fn ids(files: &[StoredFile]) -> Vec<FileId> {
    files.iter().map(|file| file.id.clone()).collect()
}
