//! Taking access back when a grant is revoked, and inviting again when it is restored. The outbox does it, until it is
//! done.

use jiff::Timestamp;

use super::account::{github_of, note_call};
use super::made::Made;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::Connection;
use crate::domain::connection::invitation::{InvitationState, PlatformInvitation};
use crate::domain::ids::GrantId;
use crate::domain::integration::github_names::Repository;
use crate::domain::outbox::NewMessage;
use crate::github::CallError;
use crate::storage::connections::invitations;
use crate::storage::{StorageError, Tx, audit_log, grants, outbox};
use crate::usecases::context::Context;

/// Queues taking back what Keydesk invited the grant's customer to; `false` if there is nothing.
pub(in crate::usecases) fn take_back(tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<bool, StorageError> {
    let Some(invitation) = invitations::find(tx, id)?.filter(PlatformInvitation::is_open) else { return Ok(false) };
    change(tx, &invitation, InvitationState::Removing, now)?;
    outbox::enqueue(tx, &NewMessage::github_removed(&invitation.connection_id, id), now)?;
    Ok(true)
}

/// Queues inviting the grant's customer again, if Keydesk had.
pub(in crate::usecases) fn invite_again(tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<(), StorageError> {
    let Some(invitation) = invitations::find(tx, id)?.filter(|invitation| !invitation.is_open()) else {
        return Ok(());
    };
    change(tx, &invitation, InvitationState::Wanted, now)?;
    outbox::enqueue(tx, &NewMessage::github_invited(&invitation.connection_id, id), now)
}

fn change(
    tx: &mut Tx<'_>,
    invitation: &PlatformInvitation,
    state: InvitationState,
    now: Timestamp,
) -> Result<(), StorageError> {
    let changed = PlatformInvitation {
        state,
        trouble: None,
        trouble_detail: None,
        next_check_at: None,
        updated_at: now,
        ..invitation.clone()
    };
    invitations::save(tx, &changed)
}

/// Cancels the invitation, takes the access, and notes that; one who has neither has lost both. Who has the same access
/// by another grant keeps it.
pub(crate) fn remove_access(
    ctx: &Context,
    connection: &Connection,
    invitation: &PlatformInvitation,
) -> Result<Result<(), CallError>, StorageError> {
    let id = &invitation.grant_id;
    let is_kept = ctx.db.read(|conn| invitations::is_open_for_another(conn, invitation))?;
    let repository = Repository::parse(&invitation.target).filter(|_| !invitation.username.is_empty() && !is_kept);
    let mut calls = 0;
    let removed = match repository {
        Some(repository) => {
            let github = github_of(ctx, connection)?;
            let cancelled = match &invitation.invitation_id {
                Some(invitation_id) => github.cancel(&repository, invitation_id),
                None => Ok(()),
            };
            // It may have been accepted since.
            let removed = cancelled.and_then(|()| github.remove(&repository, &invitation.username));
            calls = github.calls();
            removed
        }
        None => Ok(()),
    };
    let outcome = removed.as_ref().map(|()| if is_kept { "kept" } else { "204" });
    ctx.db.write(|tx| {
        grants::lock(tx, id)?;
        note_call(ctx, tx, connection, ("remove", outcome), calls, Some(id))?;
        let Some(present) = invitations::find(tx, id)?.filter(|now| now.state == InvitationState::Removing) else {
            return Ok(());
        };
        if removed.is_err() {
            return Ok(());
        }
        let now = ctx.clock.now();
        change(tx, &present, InvitationState::Removed, now)?;
        invitations::forget_erased(tx, id)?;
        let changes = vec![Change::set("repository", &present.target), Change::set("is_kept", is_kept)];
        let actor = Actor::system(SystemPart::Connection);
        let entry = NewAuditEntry::on_grant(&actor, AuditAction::GrantAccessRemoved, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })?;
    Ok(removed)
}

/// Cancels an invitation that was made while its grant was revoked or delivered otherwise. If that fails, the connection's
/// page says so.
pub(super) fn withdraw(ctx: &Context, made: &Made, id: &GrantId) -> Result<(), StorageError> {
    let own = made.invitation(id, ctx.clock.now());
    let Some(invitation_id) = &own.invitation_id else { return Ok(()) };
    if ctx.db.read(|conn| invitations::is_open_for_another(conn, &own))? {
        return Ok(());
    }
    let github = github_of(ctx, &made.connection)?;
    let cancelled = github.cancel(&made.access.repository, invitation_id);
    let outcome = ("remove", cancelled.as_ref().map(|()| "204"));
    ctx.db.write(|tx| note_call(ctx, tx, &made.connection, outcome, github.calls(), Some(id)))
}
