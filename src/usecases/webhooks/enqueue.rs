//! Queuing webhooks: a message for every endpoint that subscribes to the event, in the transaction of the action. The
//! payload is built when it is sent.

use jiff::Timestamp;

use crate::domain::ids::{GrantId, LicenseKeyId, MessageId};
use crate::domain::webhook::EventType;
use crate::storage::webhooks::messages::NewWebhookMessage;
use crate::storage::{StorageError, Tx, webhooks};

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The grant whose page shows the delivery.
    pub grant_id: Option<&'a GrantId>,
    /// The key shown in the payload; `None` if it shows the grant.
    pub license_key_id: Option<&'a LicenseKeyId>,
}

impl<'a> Subject<'a> {
    pub fn grant(id: &'a GrantId) -> Self {
        Self { grant_id: Some(id), license_key_id: None }
    }
}

/// Queues a message for each endpoint that subscribes to the event.
pub fn announce(tx: &mut Tx<'_>, event: EventType, subject: Subject<'_>, now: Timestamp) -> Result<(), StorageError> {
    for endpoint in webhooks::endpoints::enabled(tx)?.iter().filter(|endpoint| endpoint.wants(event)) {
        let message = NewWebhookMessage {
            id: &MessageId::random(),
            endpoint_id: &endpoint.id,
            event_type: event.as_str(),
            grant_id: subject.grant_id,
            license_key_id: subject.license_key_id,
        };
        webhooks::messages::insert(tx, &message, now)?;
    }
    Ok(())
}
