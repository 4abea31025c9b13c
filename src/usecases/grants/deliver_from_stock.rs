//! Delivering a key from stock: the shared part of fulfilling a grant from stock, of serving those that wait, and of new
//! grants that are delivered by themselves. Nobody sees the key.

use jiff::Timestamp;

use super::deliver_key::{KeyDelivery, deliver_key};
use super::error::FulfillGrantError;
use super::undo::window::Origin;
use crate::domain::actor::Actor;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{Delivery, Grant};
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::LicenseKeySource;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::stock::settings_of;
use crate::storage::Tx;
use crate::storage::stock::draw::{self, Held};
use crate::usecases::context::Context;
use crate::usecases::stock::alerts;

/// What is delivered from stock, and to whom.
pub(super) struct StockDelivery<'a> {
    pub grant: &'a Grant,
    pub customer: &'a Customer,
    pub entitlement: &'a Entitlement,
    pub delivery: &'a Delivery,
    /// The name of the time zone that the expiry was chosen in.
    pub expires_zone: Option<&'a str>,
    pub customer_note: Option<&'a str>,
    pub held: Held,
    pub origin: Origin<'a>,
}

/// Draws a key and delivers it; fails with `OutOfStock` if there is none. Returns the id of the license key.
pub(super) fn deliver_from_stock(
    ctx: &Context,
    tx: &mut Tx<'_>,
    delivered: &StockDelivery<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<LicenseKeyId, FulfillGrantError> {
    let StockDelivery { grant, customer, entitlement, delivery, expires_zone, customer_note, held, origin } =
        *delivered;
    if settings_of(&entitlement.config).is_err() {
        return Err(FulfillGrantError::OutOfStock);
    }
    let key = draw::next(tx, &entitlement.id, &grant.id, held, now)?.ok_or(FulfillGrantError::OutOfStock)?;
    let value = key.open(&ctx.keyring)?;
    let delivered = KeyDelivery {
        grant,
        customer,
        entitlement,
        key: &value,
        source: LicenseKeySource::Import,
        delivery,
        expires_zone,
        customer_note,
        // Warnings were settled when the key came in.
        inspection: &Inspection::default(),
        from_stock: Some(&key),
        origin,
    };
    let id = deliver_key(ctx, tx, &delivered, actor, now)?;
    alerts::raise_if_few(ctx, tx, entitlement, actor, now)?;
    Ok(id)
}
