//! Reading an e-mail in the local mailbox. It contains a key in plaintext, so it is a reveal and is logged as one.

use std::io;

use super::context::Context;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{GrantId, MessageId, RevealId, StaffLinkId};
use crate::mail::dev_mailbox::{self, StoredMessage};
use crate::storage::license_keys::reveals;
use crate::storage::{StorageError, audit_log, outbox};

#[derive(Debug)]
pub(crate) enum ReadDevMailError {
    NotFound,
    File(io::Error),
    Storage(StorageError),
}

impl From<StorageError> for ReadDevMailError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The e-mail with this name and the grant it belongs to, after the audit entry is committed.
pub(crate) fn read_dev_mail(
    ctx: &Context,
    name: &str,
    actor: &Actor,
) -> Result<(StoredMessage, Option<GrantId>), ReadDevMailError> {
    let message = dev_mailbox::read(&ctx.config.mailbox_dir(), name).map_err(ReadDevMailError::File)?;
    let message = message.ok_or(ReadDevMailError::NotFound)?;
    if let Ok(link_id) = StaffLinkId::parse(name) {
        // It lets somebody in: that is a thing to know of.
        let entry = NewAuditEntry::on(actor, AuditAction::StaffLinkRead, ObjectKind::StaffLink, &link_id, vec![]);
        ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now()))?;
        return Ok((message, None));
    }
    let id = MessageId::parse(name).map_err(|_| ReadDevMailError::NotFound)?;
    let grant_id = ctx.db.write(|tx| {
        let changes = vec![Change::set("message_id", &id)];
        let (grant_id, customer_id) = match outbox::find(tx, &id) {
            Ok(sent) => (sent.grant_id, sent.customer_id),
            Err(StorageError::NotFound) => (None, None),
            Err(error) => return Err(error),
        };
        let Some(grant_id) = grant_id else {
            let entry = match customer_id {
                // It holds several keys of that customer.
                Some(id) => NewAuditEntry::on(actor, AuditAction::GrantReveal, ObjectKind::Customer, &id, changes),
                // The file is left of another database, and holds a key all the same.
                None => NewAuditEntry::on(actor, AuditAction::GrantReveal, ObjectKind::Message, &id, changes),
            };
            audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
            return Ok(None);
        };
        if let Some(staff_id) = actor.staff_id() {
            reveals::insert(tx, &RevealId::random(), &grant_id, staff_id, None, ctx.clock.now())?;
        }
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantReveal, &grant_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok::<_, StorageError>(Some(grant_id))
    })?;
    Ok((message, grant_id))
}
