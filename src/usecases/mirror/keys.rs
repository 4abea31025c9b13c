//! The keys of mirrored grants: one that did not arrive there goes back to where it came from, and one that was supplied
//! there by somebody else is stored here.

use jiff::Timestamp;

use crate::dodo::objects::RemoteKey;
use crate::domain::audit::Change;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{ExpirySource, LicenseKeySource, LicenseKeyValue, masked};
use crate::storage::db::dialect;
use crate::storage::grants::supply;
use crate::storage::license_keys::{self, KeyIndex, NewLicenseKey, associated_data, lookup, reveals};
use crate::storage::stock::{draw, returns};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::license_keys::take_back::{Fate, take_back};

/// Why a key that somebody has seen is not used again by itself.
const SEEN: &str = "shown to staff while it was on its way";

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
        let created_at = license_keys::find(tx, key)?.created_at;
        let is_seen = reveals::is_shown_since(tx, &grant.id, created_at)?;
        Ok(take_back(ctx, tx, key, fate.unless_seen(is_seen, SEEN), now)?.changes)
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
