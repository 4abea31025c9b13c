//! Adding files to an entitlement, once their contents are stored.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::file::{ContentType, FileName, MAX_FILES, StoredFile};
use crate::domain::ids::{EntitlementId, FileId};
use crate::files::Kept;
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, Tx, audit_log, files};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// A file whose content is stored.
#[derive(Debug)]
pub struct NewFile {
    pub name: FileName,
    pub note: Option<String>,
    pub content_type: ContentType,
    pub content: Kept,
}

#[derive(Debug)]
pub struct AddFiles {
    pub entitlement_id: EntitlementId,
    pub files: Vec<NewFile>,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum AddFilesError {
    EntitlementNotFound,
    /// What the entitlement delivers is not accompanied by files.
    NotWithFiles,
    /// It would carry more than [`MAX_FILES`].
    TooMany,
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for AddFilesError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::EntitlementNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<IdempotencyMismatch> for AddFilesError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for AddFilesError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Fails if the entitlement cannot carry one more file, so that nobody uploads it in vain.
pub fn check_takes_files(ctx: &Context, id: &EntitlementId) -> Result<(), AddFilesError> {
    ctx.db.read(|conn| {
        if !entitlements::find_active(conn, id)?.config.delivers().carries_files() {
            return Err(AddFilesError::NotWithFiles);
        }
        if files::of_entitlement(conn, id)?.len() >= MAX_FILES { Err(AddFilesError::TooMany) } else { Ok(()) }
    })
}

/// Adds the files after those that the entitlement carries; returns the id of the first.
pub fn add_files(ctx: &Context, command: &AddFiles) -> Result<FileId, AddFilesError> {
    let made = run_once(ctx, command.idempotency_key.as_ref(), |tx| add_in(ctx, tx, command))?;
    Ok(FileId::stored(made.id))
}

fn add_in(ctx: &Context, tx: &mut Tx<'_>, command: &AddFiles) -> Result<String, AddFilesError> {
    let AddFiles { entitlement_id, files: new, idempotency_key: _, actor } = command;
    entitlements::lock(tx, entitlement_id)?;
    if !entitlements::find_active(tx, entitlement_id)?.config.delivers().carries_files() {
        return Err(AddFilesError::NotWithFiles);
    }
    let carried = files::of_entitlement(tx, entitlement_id)?;
    if carried.len() + new.len() > MAX_FILES {
        return Err(AddFilesError::TooMany);
    }
    let now = ctx.clock.now();
    let mut ids: Vec<FileId> = carried.into_iter().map(|file| file.id).collect();
    let first = ids.len();
    for file in new {
        let file = StoredFile {
            id: FileId::random(),
            name: file.name.clone(),
            note: file.note.clone(),
            content_type: file.content_type.clone(),
            size: file.content.size,
            hash: file.content.hash.clone(),
            created_at: now,
        };
        files::insert(tx, &file, actor.id())?;
        let changes = vec![
            Change::set("entitlement_id", entitlement_id),
            Change::set("name", &file.name),
            Change::set("size", file.size),
            Change::set("sha256", &file.hash),
        ];
        let entry = NewAuditEntry::on(actor, AuditAction::FileAdd, ObjectKind::File, &file.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        ids.push(file.id);
    }
    files::set_of_entitlement(tx, entitlement_id, &ids)?;
    Ok(ids.get(first).map(ToString::to_string).unwrap_or_default())
}
