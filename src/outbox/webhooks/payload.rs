//! The body of a webhook, as sent and as stored.

use crate::domain::ids::{CustomerId, EntitlementId};
use crate::domain::stock::forecast;
use crate::domain::webhook::WebhookMessage;
use crate::storage::license_keys::SealedKey;
use crate::storage::stock::figures;
use crate::storage::{Conn, StorageError, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::files::shown::deliveries_of;
use crate::usecases::license_keys::read::{GrantView, LicenseKeyView, ShownKey};
use crate::usecases::stock::alerts::local_now;
use crate::wire::{self, EventData};

/// The two versions of a body.
#[derive(Clone)]
pub(crate) struct Payload {
    /// With the license key in plaintext; only for the receiver.
    pub sent: String,
    /// With the key masked, for storage.
    pub stored: String,
    /// The customer whose grant or key it shows.
    pub customer_id: Option<CustomerId>,
}

/// Builds the payload from the objects' current data.
pub(crate) fn build(ctx: &Context, conn: &mut Conn, message: &WebhookMessage) -> Result<Payload, StorageError> {
    if let Some(id) = &message.entitlement_id {
        let body = write(ctx, message, stock(ctx, conn, id)?)?;
        return Ok(Payload { sent: body.clone(), stored: body, customer_id: None });
    }
    let (sent, stored, customer_id) = match (&message.license_key_id, &message.grant_id) {
        (Some(id), _) => {
            let sealed = license_keys::find_sealed(conn, id)?;
            let mut view = LicenseKeyView { shown: open(ctx, &sealed)?, key: sealed.key };
            let sent = license_key(ctx, &view);
            view.shown.value = None;
            (sent, license_key(ctx, &view), Some(view.key.customer_id.clone()))
        }
        (None, Some(id)) => {
            let found = grants::find(conn, id)?;
            let key = found.license_key_id.as_ref().map(|id| license_keys::find_sealed(conn, id)).transpose()?;
            let license_key = key.map(|sealed| open(ctx, &sealed)).transpose()?;
            let files = deliveries_of(conn, std::slice::from_ref(&found), true)?.remove(id);
            let mut view = GrantView { grant: found, license_key, files };
            let sent = grant(ctx, &view);
            if let Some(key) = &mut view.license_key {
                key.value = None;
            }
            if let Some(files) = &mut view.files {
                files.may_download = false;
            }
            (sent, grant(ctx, &view), Some(view.grant.customer_id.clone()))
        }
        (None, None) => (test(), test(), None),
    };
    Ok(Payload { sent: write(ctx, message, sent)?, stored: write(ctx, message, stored)?, customer_id })
}

/// Decrypts the key for the receiver.
fn open(ctx: &Context, sealed: &SealedKey) -> Result<ShownKey, StorageError> {
    Ok(ShownKey { summary: sealed.key.summary.clone(), value: sealed.open(&ctx.keyring)? })
}

fn license_key(ctx: &Context, view: &LicenseKeyView) -> EventData {
    EventData::LicenseKey(Box::new(wire::LicenseKey::new(ctx, view)))
}

fn grant(ctx: &Context, view: &GrantView) -> EventData {
    EventData::EntitlementGrant(Box::new(wire::Grant::new(ctx, view)))
}

fn stock(ctx: &Context, conn: &mut Conn, id: &EntitlementId) -> Result<EventData, StorageError> {
    let now = local_now(ctx);
    let figures = figures::of(conn, id, &now)?;
    let runs_out_on = forecast::runs_out_on(&figures, now.date()).map(|day| day.to_string());
    Ok(EventData::Stock { entitlement_id: id.to_string(), available: figures.available, runs_out_on })
}

fn test() -> EventData {
    EventData::Test { message: "This is a test; nothing has happened." }
}

fn write(ctx: &Context, message: &WebhookMessage, data: EventData) -> Result<String, StorageError> {
    let event = wire::Event::new(ctx, message, data);
    serde_json::to_string(&event).map_err(|error| StorageError::Corrupt(format!("the payload: {error}")))
}
