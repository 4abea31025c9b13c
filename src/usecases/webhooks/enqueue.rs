//! Queuing webhooks: a message for every endpoint that subscribes to the event, in the transaction of the action. The
//! payload is built when it is sent.

use jiff::Timestamp;

use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId};
use crate::domain::outbox::NewMessage;
use crate::domain::webhook::EventType;
use crate::storage::{StorageError, Tx, outbox, webhooks};

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The grant whose page shows the delivery.
    pub grant_id: Option<&'a GrantId>,
    /// The key shown in the payload; `None` if it shows the grant.
    pub license_key_id: Option<&'a LicenseKeyId>,
}

impl<'a> Subject<'a> {
    pub(crate) fn grant(id: &'a GrantId) -> Self {
        Self { grant_id: Some(id), license_key_id: None }
    }
}

/// Queues a message for each endpoint that subscribes to the event.
pub(crate) fn enqueue_webhooks(
    tx: &mut Tx<'_>,
    event: EventType,
    subject: Subject<'_>,
    now: Timestamp,
) -> Result<(), StorageError> {
    enqueue_webhooks_for(tx, event, subject, None, now)
}

/// Like [`enqueue_webhooks`], to be sent not before `due_at`.
pub(crate) fn enqueue_webhooks_for(
    tx: &mut Tx<'_>,
    event: EventType,
    subject: Subject<'_>,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StorageError> {
    for endpoint in webhooks::endpoints::enabled(tx)?.iter().filter(|endpoint| endpoint.wants(event)) {
        let message = NewMessage::webhook(&endpoint.id, event.as_str(), subject.grant_id, subject.license_key_id);
        outbox::enqueue(tx, &message.due_at(due_at), now)?;
    }
    Ok(())
}

/// Queues the event that the stock of an entitlement is low, for each endpoint that subscribes to it.
pub(crate) fn enqueue_stock_low(tx: &mut Tx<'_>, id: &EntitlementId, now: Timestamp) -> Result<(), StorageError> {
    for endpoint in webhooks::endpoints::enabled(tx)?.iter().filter(|endpoint| endpoint.wants(EventType::StockLow)) {
        outbox::enqueue(tx, &NewMessage::stock_low(&endpoint.id, id), now)?;
    }
    Ok(())
}
