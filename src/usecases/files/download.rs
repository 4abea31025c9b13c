//! Counting a download, and sending new links to the customer of a grant.

use jiff::SignedDuration;

use super::shown::files_of_grant;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry, ObjectKind};
use crate::domain::ids::{FileId, GrantId};
use crate::storage::files::downloads;
use crate::storage::{StorageError, audit_log, grants, outbox};
use crate::usecases::context::Context;
use crate::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_email};

/// How long after an e-mail about a grant nobody is sent another one by asking for new links.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// Counts and records that a download begins. `NotFound` if the grant or its entitlement has lost the file meanwhile.
pub(crate) fn note_download(
    ctx: &Context,
    grant_id: &GrantId,
    file_id: &FileId,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let shown = files_of_grant(tx, grant_id)?.ok_or(StorageError::NotFound)?;
        if shown.files.iter().all(|file| file.id != *file_id) {
            return Err(StorageError::NotFound);
        }
        let now = ctx.clock.now();
        downloads::note(tx, grant_id, file_id, now)?;
        let entry = NewAuditEntry {
            grant_id: Some(grant_id.clone()),
            ..NewAuditEntry::on(actor, AuditAction::FileDownload, ObjectKind::File, file_id, Vec::new())
        };
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}

/// Sends the grant's e-mail again, to the customer's own address, unless one was sent shortly before or there is nothing
/// to send. Whoever asked is not told which.
pub(crate) fn send_new_links(ctx: &Context, grant_id: &GrantId, actor: &Actor) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let is_wanted = ctx.db.read(|conn| {
        let has_files = match files_of_grant(conn, grant_id) {
            Err(StorageError::NotFound) => false,
            found => found?.is_some(),
        };
        let newest = outbox::of_grant(conn, grant_id)?.into_iter().map(|message| message.created_at).max();
        let is_recent = newest.is_some_and(|at| at.duration_until(now) < PAUSE);
        Ok::<_, StorageError>(has_files && !is_recent)
    })?;
    if !is_wanted {
        return Ok(());
    }
    let command = ResendEmail {
        grant_id: grant_id.clone(),
        email: None,
        moves: Moves::ToAnybody,
        idempotency_key: None,
        actor: actor.clone(),
    };
    match resend_email(ctx, &command) {
        Err(ResendEmailError::Storage(error)) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
