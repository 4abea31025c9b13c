//! The e-mail with all live keys of a customer. Its outcome changes no grant: it delivers nothing for the first time.

use crate::domain::ids::CustomerId;
use crate::domain::outbox::OutboxMessage;
use crate::mail::LicenseKeysSent as Email;
use crate::outbox::kind::{Attempted, Kind, Settled, Transports, log_email_end, send_email};
use crate::storage::catalog::entitlements;
use crate::storage::license_keys::live::grants_with_live_keys;
use crate::storage::{Conn, StorageError, Tx, customers, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::customers::send_keys::MOST_KEYS;
use crate::usecases::grants::compose_email::{Contents, compose_email};

pub(crate) struct LicenseKeysSent;

impl Kind for LicenseKeysSent {
    fn attempt(
        &self,
        ctx: &Context,
        transports: &Transports,
        message: &OutboxMessage,
    ) -> Result<Attempted, StorageError> {
        let loaded = ctx.db.read(|conn| load(ctx, conn, message)).map_err(|error| error.to_string());
        let composed = loaded.and_then(|email| match email {
            Some(email) => {
                email.outgoing(message.id.as_str(), message.created_at).map(Some).map_err(|error| error.to_string())
            }
            None => Ok(None),
        });
        Ok(send_email(transports, message, composed))
    }

    fn settled(&self, ctx: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<(), StorageError> {
        log_email_end(ctx, tx, settled, None)
    }
}

fn customer_of(message: &OutboxMessage) -> Result<&CustomerId, StorageError> {
    message.customer_id.as_ref().ok_or_else(|| StorageError::Corrupt(format!("{} has no customer", message.id)))
}

/// The content of the message: the keys that are live now. `None` if none is, or if the customer was erased.
fn load(ctx: &Context, conn: &mut Conn, message: &OutboxMessage) -> Result<Option<Email>, StorageError> {
    let mut customer = customers::find(conn, customer_of(message)?)?;
    if customer.erased_at.is_some() {
        return Ok(None);
    }
    let ids = grants_with_live_keys(conn, &customer.id, ctx.clock.now(), MOST_KEYS)?;
    if let Some(recipient) = &message.recipient {
        customer.email.clone_from(recipient);
    }
    let mut letters = Vec::with_capacity(ids.len());
    for id in &ids {
        let grant = grants::find(conn, id)?;
        let Some(key_id) = &grant.license_key_id else { continue };
        let sealed = license_keys::find_sealed(conn, key_id)?;
        // Erased since the list was read.
        let Some(key) = sealed.open(&ctx.keyring)? else { continue };
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        let contents = Contents {
            key: &key,
            activations_limit: sealed.key.summary.activations_limit,
            expires_at: sealed.key.summary.expires_at,
            expires_zone: sealed.key.summary.expires_zone.as_deref(),
            customer_note: None,
            place_in_sale: None,
            has_files: false,
            replaces: None,
        };
        letters.push(compose_email(ctx, &grant, &customer, &entitlement, &contents));
    }
    Ok(Email::of(letters))
}
