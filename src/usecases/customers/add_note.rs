//! Adding a note about a customer, or about a grant. The log says that there is one, and nothing of its text.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::note::{Note, NoteText};
use crate::domain::ids::{CustomerId, GrantId, NoteId};
use crate::domain::staff::Role;
use crate::storage::customers::{erasure, notes};
use crate::storage::{StorageError, Tx, audit_log, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, run_once};

/// What a note is about.
#[derive(Debug, Clone)]
pub(crate) enum NoteSubject {
    Customer(CustomerId),
    Grant(GrantId),
}

#[derive(Debug, Clone)]
pub(crate) struct AddNote {
    pub subject: NoteSubject,
    pub text: NoteText,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

#[derive(Debug)]
pub(crate) enum AddNoteError {
    /// There is no such customer or grant.
    SubjectNotFound,
    /// The customer was erased; nothing about them is written down any more.
    Erased,
    /// Only people leave notes, and only those who may act.
    Forbidden,
    /// The form was sent before with another text.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for AddNoteError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::SubjectNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<IdempotencyMismatch> for AddNoteError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for AddNoteError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Adds the note; a double click adds one.
pub(crate) fn add_note(ctx: &Context, command: &AddNote) -> Result<(), AddNoteError> {
    run_once(ctx, idempotency_key(ctx, command).as_ref(), |tx| add_note_in(ctx, tx, command)).map(|_| ())
}

/// Like [`add_note`], but inside the caller's transaction.
pub(crate) fn add_note_in(ctx: &Context, tx: &mut Tx<'_>, command: &AddNote) -> Result<String, AddNoteError> {
    let AddNote { subject, text, actor, .. } = command;
    let author_id = actor.staff_id().filter(|_| actor.may(Role::Agent)).ok_or(AddNoteError::Forbidden)?;
    let (customer_id, grant_id) = match subject {
        NoteSubject::Customer(id) => (id.clone(), None),
        NoteSubject::Grant(id) => (grants::find(tx, id)?.customer_id, Some(id.clone())),
    };
    // From here on neither is erased, nor the grant moved, before this is committed.
    if erasure::is_erased(tx, &customer_id)? {
        return Err(AddNoteError::Erased);
    }
    let customer_id = customers::find(tx, &customer_id)?.id;
    if let Some(id) = &grant_id {
        grants::lock(tx, id)?;
        if grants::find(tx, id)?.customer_id != customer_id {
            return Err(StorageError::Conflict.into());
        }
    }
    let note = Note {
        id: NoteId::random(),
        customer_id,
        grant_id,
        text: text.clone(),
        author_id: author_id.clone(),
        created_at: ctx.clock.now(),
    };
    notes::insert(tx, &note)?;
    audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::NoteAdded, &note), note.created_at)?;
    Ok(note.id.to_string())
}

/// The entry about a note, which stands with its customer and on the timeline of its grant.
pub(super) fn entry(actor: &Actor, action: AuditAction, note: &Note) -> NewAuditEntry {
    let length = format!("({} characters)", note.text.as_str().chars().count());
    let changes = vec![Change::set("note_id", &note.id), Change::set("text", length)];
    NewAuditEntry {
        grant_id: note.grant_id.clone(),
        ..NewAuditEntry::on(actor, action, ObjectKind::Customer, &note.customer_id, changes)
    }
}

fn idempotency_key(ctx: &Context, command: &AddNote) -> Option<IdempotencyKey> {
    let AddNote { subject, text, idempotency_key, actor } = command;
    let subject = match subject {
        NoteSubject::Customer(id) => id.as_str(),
        NoteSubject::Grant(id) => id.as_str(),
    };
    let fingerprint = ctx.keyring.fingerprint(&[b"add_note", subject.as_bytes(), text.as_str().as_bytes()]);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key.clone()?, fingerprint })
}
