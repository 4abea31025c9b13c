//! A mirrored grant that was delivered: what follows from that here.

use jiff::Timestamp;

use super::account::actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::Connection;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::outbox::{MessageState, NewMessage};
use crate::domain::webhook::EventType;
use crate::storage::connections::mirrored;
use crate::storage::grants::{self, supply};
use crate::storage::{StorageError, Tx, audit_log, customers, outbox};
use crate::usecases::context::Context;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

/// The account has the key: the grant, which is locked, is delivered.
pub(super) fn arrived(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (connection, grant, key): (&Connection, &Grant, &LicenseKeyId),
    now: Timestamp,
) -> Result<(), StorageError> {
    if !supply::mark_supplied(tx, &grant.id, key, now)? {
        return Ok(());
    }
    let changes = vec![
        Change::new("status", Some(GrantStatus::Pending.as_str()), Some(GrantStatus::Delivered.as_str())),
        Change::set("license_key_id", key),
        Change::set("delivered_at", now),
    ];
    let entry = NewAuditEntry::on_grant(&actor(), AuditAction::GrantSupplied, &grant.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    mirrored::set_trouble(tx, &grant.id, None, now)?;
    tell_delivered(tx, (connection, grant), Some(key), now)
}

/// Tells that a grant was delivered: others by webhooks, and the customer by e-mail if the connection says so.
pub(super) fn tell_delivered(
    tx: &mut Tx<'_>,
    (connection, grant): (&Connection, &Grant),
    new_key: Option<&LicenseKeyId>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let subject = Subject::grant(&grant.id);
    if new_key.is_some() {
        enqueue_webhooks(tx, EventType::LicenseKeyCreated, Subject { license_key_id: new_key, ..subject }, now)?;
    }
    enqueue_webhooks(tx, EventType::GrantDelivered, subject, now)?;
    if connection.sends_email {
        let customer = customers::find(tx, &grant.customer_id)?;
        outbox::enqueue(tx, &NewMessage::license_key_delivered(&grant.id, &customer), now)?;
        grants::set_email_state(tx, &grant.id, MessageState::Queued)?;
    }
    Ok(())
}
