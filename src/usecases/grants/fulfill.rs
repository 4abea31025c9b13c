//! Fulfilling a grant: staff supply the key, and the grant is delivered. Two people, two tabs, two nodes or a retry
//! never fulfill the same grant twice.

use jiff::Timestamp;

use super::deliver_from_stock::{StockDelivery, deliver_from_stock};
use super::deliver_key::{KeyDelivery, deliver_key, free_copy};
pub use super::error::FulfillGrantError;
use super::undo::window::{Origin, is_undone, waits_until};
use crate::domain::actor::Actor;
use crate::domain::customer::EmailAddress;
use crate::domain::entitlement::IntegrationConfig;
use crate::domain::grant::{DeliverError, Grant, GrantStatus};
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::warnings::{Inspection, Warning};
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue};
use crate::storage::catalog::entitlements;
use crate::storage::connections::mirrored;
use crate::storage::license_keys::lookup;
use crate::storage::stock::draw::Held;
use crate::storage::{StorageError, Tx, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, Outcome, retried, run_once_in};
use crate::usecases::license_keys::find::note_duplicate;
use crate::usecases::license_keys::inspect::{note_similar, of_entitlement};
use crate::usecases::license_keys::read::note_read;

/// What is delivered, and where it comes from.
#[derive(Debug, Clone)]
pub enum KeyChoice {
    /// A key.
    Typed(LicenseKeyValue),
    /// A link to a platform.
    Link(LicenseKeyValue),
    /// The next key or link of the entitlement's stock, or the one that is reserved for the grant.
    FromStock,
}

impl KeyChoice {
    /// The key or link that was typed.
    pub fn typed(&self) -> Option<&LicenseKeyValue> {
        match self {
            Self::Typed(value) | Self::Link(value) => Some(value),
            Self::FromStock => None,
        }
    }

    /// Fails unless it is what the grants of an entitlement take.
    pub(super) fn check(&self, config: &IntegrationConfig) -> Result<(), DeliverError> {
        let delivers = config.delivers();
        let fits = match self {
            Self::Typed(_) => delivers == Delivers::Key,
            Self::Link(_) => delivers.is_link(),
            Self::FromStock => delivers.is_value(),
        };
        if fits { Ok(()) } else { Err(DeliverError::Takes(delivers)) }
    }
}

/// The checked input of staff.
#[derive(Debug, Clone)]
pub struct FulfillGrant {
    pub grant_id: GrantId,
    pub key: KeyChoice,
    /// `None` for the entitlement's default, here and in the next field.
    pub activations_limit: Option<ActivationsLimit>,
    pub expires_at: Option<Timestamp>,
    /// The name of the time zone that the expiry was chosen in.
    pub expires_zone: Option<String>,
    pub customer_note: Option<String>,
    /// Whether to deliver a key that looks wrong.
    pub is_confirmed: bool,
    pub idempotency_key: Option<String>,
    pub actor: Actor,
}

#[derive(Debug, Clone)]
pub struct FulfilledGrant {
    pub grant_id: GrantId,
    /// The key that was issued; `None` if nothing was changed.
    pub license_key_id: Option<LicenseKeyId>,
    /// The address that the key is sent to.
    pub email: EmailAddress,
    pub delivered_at: Timestamp,
    /// What looks wrong about the key.
    pub warnings: Vec<Warning>,
    /// The same request was processed before; nothing was changed.
    pub is_replay: bool,
    /// Whether the grant is mirrored: its key is on its way to the account that it comes from.
    pub is_on_its_way: bool,
    /// Until when it can be undone, and the e-mail waits.
    pub waits_until: Option<Timestamp>,
}

/// Stores the key, delivers the grant, and queues the e-mail, in one transaction.
pub fn fulfill_grant(ctx: &Context, command: &FulfillGrant) -> Result<FulfilledGrant, FulfillGrantError> {
    match (retried(|| ctx.db.write(|tx| fulfill_in(ctx, tx, command))), command.key.typed()) {
        (Err(FulfillGrantError::KeyAlreadyUsed(_)), Some(key)) => {
            Err(FulfillGrantError::KeyAlreadyUsed(note_duplicate(ctx, key, &command.actor)?))
        }
        (other, _) => other,
    }
}

/// Like [`fulfill_grant`], for somebody who is then shown the key: that they read it is recorded with its delivery if
/// they may.
pub(crate) fn fulfill_and_read(ctx: &Context, command: &FulfillGrant) -> Result<FulfilledGrant, FulfillGrantError> {
    retried(|| {
        ctx.db.write(|tx| {
            let fulfilled = fulfill_in(ctx, tx, command)?;
            if let Some(id) = fulfilled.license_key_id.as_ref().filter(|_| command.actor.may(ctx.config.reveal)) {
                note_read(ctx, tx, &command.actor, &[id])?;
            }
            Ok(fulfilled)
        })
    })
}

/// Like [`fulfill_grant`], but inside the caller's transaction, which fulfills no other grant from stock.
pub fn fulfill_in(ctx: &Context, tx: &mut Tx<'_>, command: &FulfillGrant) -> Result<FulfilledGrant, FulfillGrantError> {
    fulfill_with(ctx, tx, command, Held::Wait)
}

/// Like [`fulfill_in`]; `held` says what happens to stock keys that other transactions hold.
pub(in crate::usecases) fn fulfill_with(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &FulfillGrant,
    held: Held,
) -> Result<FulfilledGrant, FulfillGrantError> {
    // A concurrent request waits here, and then sees the result of the first.
    grants::lock(tx, &command.grant_id)?;
    let grant = grants::find(tx, &command.grant_id)?;
    let entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    let customer = customers::find(tx, &grant.customer_id)?;
    let now = ctx.clock.now();
    let inspection = match &command.key {
        KeyChoice::Typed(key) => of_entitlement(ctx, tx, key, &entitlement, &command.actor)?,
        KeyChoice::Link(_) | KeyChoice::FromStock => Inspection::default(),
    };
    if is_on_its_way_with(ctx, tx, &grant, &command.key)? {
        return Ok(FulfilledGrant {
            delivered_at: grant.updated_at,
            grant_id: grant.id,
            license_key_id: None,
            email: customer.email,
            warnings: Vec::new(),
            is_replay: true,
            is_on_its_way: true,
            waits_until: None,
        });
    }
    let mut license_key_id = None;
    let made = run_once_in(ctx, tx, idempotency_key(ctx, command).as_ref(), |tx| {
        let zone = &ctx.config.time_zone;
        command.key.check(&entitlement.config)?;
        let delivery = grant.deliver(&entitlement.config, command.activations_limit, command.expires_at, now, zone)?;
        let delivery = &delivery;
        let (grant, customer, entitlement) = (&grant, &customer, &entitlement);
        let expires_zone = command.expires_at.and(command.expires_zone.as_deref());
        let customer_note = command.customer_note.as_deref();
        let origin = Origin::Form { idempotency_key: command.idempotency_key.as_deref() };
        let Some(key) = command.key.typed() else {
            let drawn =
                StockDelivery { grant, customer, entitlement, delivery, expires_zone, customer_note, held, origin };
            license_key_id = Some(deliver_from_stock(ctx, tx, &drawn, &command.actor, now)?);
            return Ok(grant.id.to_string());
        };
        entitlement.config.check_value(key).map_err(FulfillGrantError::NotALink)?;
        if !command.is_confirmed && !inspection.warnings.is_empty() {
            // That the key was issued before is more useful to know.
            free_copy(ctx, tx, key, entitlement)?;
            return Err(FulfillGrantError::Unconfirmed);
        }
        note_similar(ctx, tx, &inspection, &command.actor)?;
        let delivered = KeyDelivery {
            grant,
            customer,
            entitlement,
            key,
            source: LicenseKeySource::Manual,
            delivery,
            expires_zone,
            customer_note,
            inspection: &inspection,
            from_stock: None,
            origin,
        };
        license_key_id = Some(deliver_key(ctx, tx, &delivered, &command.actor, now)?);
        Ok(grant.id.to_string())
    });
    match made {
        Ok(Outcome { is_replay, .. }) => {
            let delivered_at = if is_replay { grant.delivered_at.unwrap_or(grant.updated_at) } else { now };
            let warnings = inspection.warnings;
            let is_on_its_way = mirrored::grant(tx, &grant.id)?.is_some();
            let waits_until = waits_until(tx, &grant.id, now)?;
            let (grant_id, email) = (grant.id, customer.email);
            Ok(FulfilledGrant {
                grant_id,
                license_key_id,
                email,
                delivered_at,
                warnings,
                is_replay,
                is_on_its_way,
                waits_until,
            })
        }
        Err(FulfillGrantError::IdempotencyMismatch) => {
            // That the grant is no longer pending is more useful to know.
            grant.awaits(&entitlement.config)?;
            if is_undone(tx, &command.actor, command.idempotency_key.as_deref())? {
                return Err(FulfillGrantError::Undone);
            }
            Err(FulfillGrantError::IdempotencyMismatch)
        }
        Err(error) => Err(error),
    }
}

/// Whether this very key is on its way already, so that there is nothing more to do.
fn is_on_its_way_with(ctx: &Context, tx: &mut Tx<'_>, grant: &Grant, key: &KeyChoice) -> Result<bool, StorageError> {
    match (key.typed(), &grant.license_key_id) {
        (Some(key), Some(id)) if grant.status == GrantStatus::Pending => {
            lookup::has_value(tx, id, &ctx.keyring.lookup_hash(key.expose()))
        }
        _ => Ok(false),
    }
}

/// Fails like fulfilling if the grant does not wait for staff, so that validation errors in the form do not
/// hide that another person was faster.
pub fn check_awaits(ctx: &Context, grant_id: &GrantId) -> Result<(), FulfillGrantError> {
    ctx.db.read(|conn| {
        let grant = grants::find(conn, grant_id)?;
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        grant.awaits(&entitlement.config)?;
        Ok(())
    })
}

/// The key with a fingerprint of the command. The pattern has no `..`, so that no field can be forgotten. Confirming the
/// key does not make it another request.
fn idempotency_key(ctx: &Context, command: &FulfillGrant) -> Option<IdempotencyKey> {
    let FulfillGrant {
        grant_id,
        key,
        activations_limit,
        expires_at,
        expires_zone: _,
        customer_note,
        idempotency_key,
        actor,
        is_confirmed: _,
    } = command;
    let idempotency_key = idempotency_key.clone()?;
    let limit = activations_limit.map(|limit| limit.get().to_string()).unwrap_or_default();
    let expires_at = expires_at.map(|at| at.to_string()).unwrap_or_default();
    let fingerprint = ctx.keyring.fingerprint(&[
        b"fulfill_grant",
        grant_id.as_str().as_bytes(),
        // No typed key is empty.
        key.typed().map(LicenseKeyValue::expose).unwrap_or_default().as_bytes(),
        limit.as_bytes(),
        expires_at.as_bytes(),
        customer_note.as_deref().unwrap_or_default().as_bytes(),
    ]);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key, fingerprint })
}
