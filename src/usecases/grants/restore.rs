//! Restoring a revoked grant to its previous state. An e-mail that was cancelled by the revocation is sent after all.

use super::pause::reopen;
use super::revoke::Reason;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeySummary;
use crate::domain::outbox::{MessageState, NewMessage};
use crate::domain::webhook::EventType;
use crate::storage::connections::mirrored;
use crate::storage::{StorageError, audit_log, customers, grants, license_keys, outbox};
use crate::usecases::context::Context;
use crate::usecases::platforms::take_back::invite_again;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

#[derive(Debug)]
pub enum RestoreGrantError {
    GrantNotFound,
    NotRevoked,
    /// The grant is mirrored: it is granted again where it comes from.
    Mirrored,
    /// The customer was erased: there is nothing to restore.
    Erased,
    Storage(StorageError),
}

impl From<StorageError> for RestoreGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

/// A restored grant.
#[derive(Debug)]
pub(crate) struct RestoredGrant {
    /// The key it was delivered with; it may have expired, or staff may have disabled it.
    pub key: Option<LicenseKeySummary>,
}

/// Restores the grant to its state before the revocation.
pub(crate) fn restore_grant(
    ctx: &Context,
    grant_id: &GrantId,
    reason: &Reason,
    actor: &Actor,
) -> Result<RestoredGrant, RestoreGrantError> {
    ctx.db.write(|tx| {
        grants::lock(tx, grant_id)?;
        let now = ctx.clock.now();
        let grant = grants::find(tx, grant_id)?;
        if mirrored::grant(tx, grant_id)?.is_some() {
            return Err(RestoreGrantError::Mirrored);
        }
        if customers::find(tx, &grant.customer_id)?.erased_at.is_some() {
            return Err(RestoreGrantError::Erased);
        }
        let status = grant.restored_status().ok_or(RestoreGrantError::NotRevoked)?;
        if !grants::mark_restored(tx, grant_id, status, now)? {
            return Err(RestoreGrantError::NotRevoked);
        }
        let mut changes = vec![
            Change::new("status", Some(GrantStatus::Revoked.as_str()), Some(status.as_str())),
            reason.change("reason"),
        ];
        if let Some(id) = &grant.license_key_id
            && license_keys::restore(tx, id, now)?
        {
            changes.push(Change::new("license_key.status", Some("disabled"), Some("active")));
        }
        invite_again(tx, grant_id, now)?;
        let newest = outbox::of_grant(tx, grant_id)?.into_iter().next();
        if status == GrantStatus::Delivered && newest.is_some_and(|message| message.state == MessageState::Cancelled) {
            let customer = customers::find(tx, &grant.customer_id)?;
            outbox::enqueue(tx, &NewMessage::license_key_delivered(grant_id, &customer), now)?;
            grants::set_email_state(tx, grant_id, MessageState::Queued)?;
            changes.push(Change::new(
                "e_mail",
                Some(MessageState::Cancelled.as_str()),
                Some(MessageState::Queued.as_str()),
            ));
        }
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on_grant(actor, AuditAction::GrantRestore, grant_id, changes),
            now,
        )?;
        if status == GrantStatus::Pending {
            reopen(tx, &grant)?;
        }
        let event = match status {
            GrantStatus::Pending => EventType::GrantCreated,
            GrantStatus::Failed => EventType::GrantFailed,
            GrantStatus::Delivered | GrantStatus::Revoked => EventType::GrantDelivered,
        };
        enqueue_webhooks(tx, event, Subject::grant(grant_id), now)?;
        let key = grant.license_key_id.as_ref().map(|id| license_keys::find(tx, id)).transpose()?;
        Ok(RestoredGrant { key })
    })
}
