//! Fulfilling a grant: staff supply the key, and the grant is delivered. Two people, two tabs, two nodes or a retry
//! never fulfill the same grant twice.

use jiff::Timestamp;

use super::deliver_key::{HandOverError, Parcel, hand_over};
use crate::domain::actor::Actor;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::DeliverError;
use crate::domain::ids::GrantId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue};
use crate::storage::catalog::entitlements;
use crate::storage::idempotency::{self, Claim};
use crate::storage::license_keys::IssuedKey;
use crate::storage::{StorageError, Tx, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::license_keys::find::note_duplicate;

/// The checked input of staff.
#[derive(Debug, Clone)]
pub struct FulfillGrant {
    pub grant_id: GrantId,
    pub key: LicenseKeyValue,
    /// `None` for the entitlement's default, here and in the next field.
    pub activations_limit: Option<ActivationsLimit>,
    pub expires_at: Option<Timestamp>,
    pub customer_note: Option<String>,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

#[derive(Debug, Clone)]
pub struct FulfilledGrant {
    pub grant_id: GrantId,
    /// The address that the key is sent to.
    pub email: EmailAddress,
    pub delivered_at: Timestamp,
    /// The same request was processed before; nothing was changed.
    pub is_replay: bool,
}

#[derive(Debug)]
pub enum FulfillGrantError {
    GrantNotFound,
    /// The grant is already delivered, failed or revoked, or has a key.
    NotPending,
    NotALicenseKey,
    NotManual,
    /// The value was issued before.
    KeyAlreadyUsed(Option<IssuedKey>),
    /// The idempotency key was used with different content.
    IdempotencyMismatch,
    Storage(StorageError),
}

impl From<StorageError> for FulfillGrantError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::GrantNotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<DeliverError> for FulfillGrantError {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::NotPending => Self::NotPending,
            DeliverError::NotALicenseKey => Self::NotALicenseKey,
            DeliverError::NotManual => Self::NotManual,
        }
    }
}

impl From<HandOverError> for FulfillGrantError {
    fn from(error: HandOverError) -> Self {
        match error {
            HandOverError::NotPending => Self::NotPending,
            HandOverError::KeyAlreadyUsed(issued) => Self::KeyAlreadyUsed(issued),
            HandOverError::Storage(error) => error.into(),
        }
    }
}

/// Stores the key, delivers the grant, and queues the e-mail, in one transaction.
pub fn fulfill_grant(ctx: &Context, command: &FulfillGrant) -> Result<FulfilledGrant, FulfillGrantError> {
    let done = ctx.db.write(|tx| fulfill_in(ctx, tx, command));
    match done {
        Err(FulfillGrantError::KeyAlreadyUsed(_)) => {
            Err(FulfillGrantError::KeyAlreadyUsed(note_duplicate(ctx, &command.key, &command.actor)?))
        }
        other => other,
    }
}

/// Like [`fulfill_grant`], but inside the caller's transaction.
pub fn fulfill_in(ctx: &Context, tx: &mut Tx<'_>, command: &FulfillGrant) -> Result<FulfilledGrant, FulfillGrantError> {
    let scope = command.actor.id();
    let fingerprint = fingerprint(ctx, command);
    // A concurrent request waits here, and then sees the result of the first.
    grants::lock(tx, &command.grant_id)?;
    let claim = match &command.idempotency_key {
        Some(key) => idempotency::look_up(tx, scope, key, &fingerprint)?,
        None => Claim::Fresh,
    };
    let now = ctx.clock.now();
    let grant = grants::find(tx, &command.grant_id)?;
    if claim == Claim::Replay(command.grant_id.to_string()) {
        let email = customers::find(tx, &grant.customer_id)?.email;
        let delivered_at = grant.delivered_at.unwrap_or(grant.updated_at);
        return Ok(FulfilledGrant { grant_id: grant.id, email, delivered_at, is_replay: true });
    }
    let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    let delivery = grant.deliver(&entitlement.config, command.activations_limit, command.expires_at, now)?;
    if claim != Claim::Fresh {
        return Err(FulfillGrantError::IdempotencyMismatch);
    }
    let customer = customers::find(tx, &grant.customer_id)?;
    let parcel = Parcel {
        grant: &grant,
        customer: &customer,
        entitlement: &entitlement,
        key: &command.key,
        source: LicenseKeySource::Manual,
        delivery: &delivery,
        customer_note: command.customer_note.as_deref(),
    };
    hand_over(ctx, tx, &parcel, &command.actor, now)?;
    if let Some(key) = &command.idempotency_key {
        idempotency::claim(tx, scope, key, &fingerprint, command.grant_id.as_str(), now)?;
    }
    Ok(FulfilledGrant { grant_id: grant.id, email: customer.email, delivered_at: now, is_replay: false })
}

/// Fails like fulfilling if the grant does not wait for a key from staff, so that validation errors in the form do not
/// hide that another person was faster.
pub fn check_awaits_key(ctx: &Context, grant_id: &GrantId) -> Result<(), FulfillGrantError> {
    ctx.db.read(|conn| {
        let grant = grants::find(conn, grant_id)?;
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        grant.awaits_key(&entitlement.config)?;
        Ok(())
    })
}

fn fingerprint(ctx: &Context, command: &FulfillGrant) -> [u8; 32] {
    let limit = command.activations_limit.map(|limit| limit.get().to_string()).unwrap_or_default();
    let expires_at = command.expires_at.map(|at| at.to_string()).unwrap_or_default();
    ctx.keyring.fingerprint(&[
        b"fulfill_grant",
        command.grant_id.as_str().as_bytes(),
        command.key.expose().as_bytes(),
        limit.as_bytes(),
        expires_at.as_bytes(),
        command.customer_note.as_deref().unwrap_or_default().as_bytes(),
    ])
}
