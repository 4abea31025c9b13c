//! Revoking a grant: disables its key and cancels its waiting e-mail. The record stays.

use super::pause::{close, ended_by};
use super::undo::window::end_window;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::outbox::MessageState;
use crate::domain::text::{self, TextError};
use crate::domain::webhook::EventType;
use crate::storage::connections::mirrored;
use crate::storage::stock::draw;
use crate::storage::{StorageError, Tx, audit_log, grants, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::platforms::lost::settle_lost;
use crate::usecases::platforms::take_back::take_back;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// Why a grant is revoked or restored: 1 to 500 characters.
#[derive(Debug, Clone)]
pub struct Reason {
    text: String,
    /// Whether Keydesk itself gave it, so that the log may name it.
    is_code: bool,
}

impl Reason {
    pub const MAX_CHARACTERS: usize = 500;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::block(input, Self::MAX_CHARACTERS).map(|text| Self { text, is_code: false })
    }

    /// A reason that Keydesk gives, such as `refund`.
    pub fn code(code: &'static str) -> Self {
        Self { text: code.to_owned(), is_code: true }
    }

    /// The reason that a connected account gives. Whatever is not a word of its contract may name people.
    pub(in crate::usecases) fn of_account(text: &str) -> Self {
        let is_code = text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        Self { text: text.chars().take(Self::MAX_CHARACTERS).collect(), is_code }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The audit log's version of the reason, without its text: it may name people, and the log cannot be erased.
    pub(in crate::usecases) fn change(&self, field: &str) -> Change {
        if self.is_code {
            return Change::set(field, &self.text);
        }
        Change::set(field, format!("({} characters)", self.text.chars().count()))
    }
}

#[derive(Debug)]
pub enum RevokeGrantError {
    GrantNotFound,
    /// The grant is mirrored: it is revoked where it comes from.
    Mirrored,
    Storage(StorageError),
}

impl From<RevokeGrantError> for StorageError {
    fn from(error: RevokeGrantError) -> Self {
        match error {
            RevokeGrantError::GrantNotFound => Self::NotFound,
            RevokeGrantError::Mirrored => Self::Conflict,
            RevokeGrantError::Storage(error) => error,
        }
    }
}

impl From<StorageError> for RevokeGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// Revokes a grant; `false` if it was already revoked and nothing changed. One that is mirrored is revoked where it comes
/// from, and followed.
pub fn revoke_grant(
    ctx: &Context,
    grant_id: &GrantId,
    reason: &Reason,
    actor: &Actor,
) -> Result<bool, RevokeGrantError> {
    ctx.db.write(|tx| revoke_own(ctx, tx, grant_id, reason, actor))
}

/// Like [`revoke_grant`], but inside the caller's transaction.
pub(in crate::usecases) fn revoke_own(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    reason: &Reason,
    actor: &Actor,
) -> Result<bool, RevokeGrantError> {
    if mirrored::grant(tx, grant_id)?.is_some() {
        return Err(RevokeGrantError::Mirrored);
    }
    revoke_in(ctx, tx, grant_id, reason, actor)
}

/// Revokes any grant inside the caller's transaction.
pub fn revoke_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant_id: &GrantId,
    reason: &Reason,
    actor: &Actor,
) -> Result<bool, RevokeGrantError> {
    grants::lock(tx, grant_id)?;
    let now = ctx.clock.now();
    let grant = grants::find(tx, grant_id)?;
    if !grants::mark_revoked(tx, grant_id, grant.status, reason.as_str(), actor.id(), now)? {
        return Ok(false);
    }
    let mut changes = vec![
        Change::new("status", Some(grant.status.as_str()), Some(GrantStatus::Revoked.as_str())),
        reason.change("revocation_reason"),
    ];
    if let Some(id) = &grant.license_key_id
        && license_keys::revoke(tx, id, now)?
    {
        changes.push(Change::new("license_key.status", Some("active"), Some("disabled")));
    }
    draw::give_back(tx, grant_id)?;
    if take_back(tx, grant_id, now)? {
        settle_lost(ctx, tx, grant_id, actor, now)?;
    }
    let cancelled = outbox::cancel_queued(tx, grant_id, now)?;
    if !cancelled.is_empty() {
        grants::set_email_state(tx, grant_id, MessageState::Cancelled)?;
        changes.push(Change::new(
            "e_mail",
            Some(MessageState::Queued.as_str()),
            Some(MessageState::Cancelled.as_str()),
        ));
    }
    end_window(tx, grant_id, now)?;
    changes.extend(ended_by(&grant, now));
    audit_log::append(
        tx,
        &ctx.keyring,
        &NewAuditEntry::on_grant(actor, AuditAction::GrantRevoke, grant_id, changes),
        now,
    )?;
    close(tx, &grant, now)?;
    enqueue_webhooks(tx, EventType::GrantRevoked, Subject::grant(grant_id), now)?;
    Ok(true)
}
