//! Telling other systems: what happened is promised to every endpoint that wants to know, in the
//! transaction of the act. The payload is built when it is sent.

use jiff::Timestamp;

use crate::domain::ids::{GrantId, LicenseKeyId, MessageId};
use crate::domain::webhook::EventType;
use crate::storage::webhooks::messages::NewWebhookMessage;
use crate::storage::{StorageError, Tx, webhooks};

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The grant on whose page the delivery stands.
    pub grant_id: Option<&'a GrantId>,
    /// The key that the payload shows; `None` where it shows the grant.
    pub license_key_id: Option<&'a LicenseKeyId>,
}

impl<'a> Subject<'a> {
    pub fn grant(id: &'a GrantId) -> Self {
        Self { grant_id: Some(id), license_key_id: None }
    }
}

/// Leaves a message for each endpoint that wants the event.
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
