//! The keys of mirrored grants: one that did not arrive there goes back to where it came from, and one that was supplied
//! there by somebody else is stored here.

use jiff::Timestamp;

use crate::dodo::objects::RemoteKey;
use crate::domain::audit::Change;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{ExpirySource, LicenseKeySource, LicenseKeyValue, masked};
use crate::domain::stock::StockState;
use crate::storage::db::dialect;
use crate::storage::grants::supply;
use crate::storage::license_keys::{self, KeyIndex, NewLicenseKey, associated_data, lookup, reveals};
use crate::storage::stock::returns::{self, Returned};
use crate::storage::stock::{self, draw};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// What becomes of a key that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It can be used for another grant, unless somebody has seen it.
    Free,
    /// It is of no use; the reason, as it stands beside the key.
    KeepOut(&'static str),
}

/// Why a key that somebody has seen is not used again by itself.
const SEEN: &str = "shown to staff while it was on its way";

/// Takes a key back that a grant no longer has: a stock key is put back, of one that was typed nothing is left.
fn take_back(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant_id, id): (&GrantId, &LicenseKeyId),
    fate: Fate,
    now: Timestamp,
) -> Result<Vec<Change>, StorageError> {
    // Before the value is in neither place.
    dialect::hold_values_for_adding(tx)?;
    let sealed = license_keys::find_sealed(tx, id)?;
    let from_stock = stock::keys::of_license_key(tx, id)?;
    let value = sealed.open(&ctx.keyring)?;
    let changes = vec![Change::new("license_key", Some(&sealed.key.summary.masked()), None)];
    // Erased, or in use although it never arrived: it stays where it is, and is of no use.
    let Some(value) = value.filter(|_| sealed.key.summary.activations_used == 0) else {
        license_keys::revoke(tx, id, now)?;
        return Ok(changes);
    };
    let was_seen = reveals::is_shown_since(tx, grant_id, sealed.key.summary.created_at)?;
    let Some((stock_id, batch_id)) = from_stock else {
        license_keys::delete_unused(tx, id)?;
        return Ok(changes);
    };
    let index = KeyIndex::of(&ctx.keyring, &value, sealed.key.summary.is_link);
    let ciphertext = ctx.keyring.seal(&stock::associated_data(&stock_id), value.expose().as_bytes());
    let to = match fate {
        Fate::Free if was_seen => (StockState::Quarantined, Some(SEEN)),
        Fate::Free => (StockState::Available, None),
        Fate::KeepOut(reason) => (StockState::Quarantined, Some(reason)),
    };
    returns::let_go(tx, &stock_id)?;
    license_keys::delete_unused(tx, id)?;
    let returned = Returned { id: &stock_id, batch_id: &batch_id, ciphertext: &ciphertext, index: &index };
    returns::put_back(tx, &returned, to, now)?;
    Ok([changes, vec![Change::set("stock_key_id", &stock_id), Change::set("stock_key.state", to.0.as_str())]].concat())
}

/// Takes the key from a grant that it was on its way for, and back to where it came from.
pub(super) fn detach(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    fate: Fate,
    now: Timestamp,
) -> Result<Vec<Change>, StorageError> {
    let Some(key) = grant.license_key_id.as_ref().filter(|_| grant.status == GrantStatus::Pending) else {
        return Ok(Vec::new());
    };
    if supply::detach_key(tx, &grant.id, key, now)? {
        take_back(ctx, tx, (&grant.id, key), fate, now)
    } else {
        Ok(Vec::new())
    }
}

/// Whether the grant's key has this value.
pub(super) fn has_value(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &LicenseKeyId,
    value: &LicenseKeyValue,
) -> Result<bool, StorageError> {
    lookup::has_value(tx, id, &ctx.keyring.lookup_hash(value.expose()))
}

/// Stores a key that was supplied there. If it lies in stock here, it is issued from there; if it was issued here before, it
/// is a further copy.
pub(super) fn store(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, entitlement): (&Grant, &Entitlement),
    remote: &RemoteKey,
    now: Timestamp,
) -> Result<(LicenseKeyId, Vec<Change>), StorageError> {
    dialect::hold_values_for_issuing(tx)?;
    let index = KeyIndex::of(&ctx.keyring, &remote.value, false);
    let in_stock = returns::available(tx, &index.value_hash)?;
    let copy = lookup::further_copy(tx, &index.value_hash)?;
    let id = LicenseKeyId::random();
    let new_key = NewLicenseKey {
        id: &id,
        is_link: false,
        customer_id: &grant.customer_id,
        product_id: &entitlement.product_id,
        ciphertext: &ctx.keyring.seal(&associated_data(&id), remote.value.expose().as_bytes()),
        index: &index,
        copy,
        source: LicenseKeySource::Import,
        activations_limit: remote.activations_limit.map(ActivationsLimit::get),
        expires_at: remote.expires_at,
        expires_zone: None,
        expiry_source: remote.expires_at.map(|_| ExpirySource::Chosen),
        payment_id: grant.payment_id.as_deref(),
        subscription_id: grant.subscription_id.as_deref(),
    };
    license_keys::insert(tx, &new_key, now)?;
    if let Some(key) = &in_stock {
        draw::mark_issued(tx, key, &id, now)?;
    }
    let mut changes = vec![
        Change::set("license_key_id", &id),
        Change::set("license_key", masked(&index.last_four)),
        Change::set("source", LicenseKeySource::Import.as_str()),
    ];
    changes.extend(in_stock.map(|key| Change::set("stock_key_id", &key.id)));
    Ok((id, changes))
}
