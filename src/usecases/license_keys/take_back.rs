//! Taking back a key that was issued and that nobody has got: a stock key goes back to where it came from, of one that was
//! typed nothing is left.

use jiff::Timestamp;

use crate::domain::audit::Change;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::stock::StockState;
use crate::storage::db::dialect;
use crate::storage::license_keys::{self, KeyIndex};
use crate::storage::stock::returns::{self, Returned};
use crate::storage::stock::{self, batches};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// What becomes of a key that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usecases) enum Fate {
    /// It can be used for another grant.
    Free,
    /// It is of no use; the reason, as it stands beside the key.
    KeepOut(&'static str),
}

impl Fate {
    /// A key that could be used again, unless somebody has seen it.
    pub(in crate::usecases) fn unless_seen(self, is_seen: bool, reason: &'static str) -> Self {
        if is_seen && self == Self::Free { Self::KeepOut(reason) } else { self }
    }
}

/// A key that was taken back.
pub(in crate::usecases) struct Taken {
    /// What is recorded of it.
    pub changes: Vec<Change>,
    /// The value, if nothing is left of it here.
    pub value: Option<LicenseKeyValue>,
    /// Where a key from stock is now.
    pub state: Option<StockState>,
}

/// Takes a key back that no grant has any longer.
pub(in crate::usecases) fn take_back(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &LicenseKeyId,
    fate: Fate,
    now: Timestamp,
) -> Result<Taken, StorageError> {
    // Before the value is in neither place.
    dialect::hold_values_for_adding(tx)?;
    let sealed = license_keys::find_sealed(tx, id)?;
    let from_stock = stock::keys::of_license_key(tx, id)?;
    let value = sealed.open(&ctx.keyring)?;
    let mut changes = vec![Change::new("license_key", Some(&sealed.key.summary.masked()), None)];
    // Erased, or in use although it never arrived: it stays where it is, and is of no use.
    let Some(value) = value.filter(|_| sealed.key.summary.activations_used == 0) else {
        license_keys::revoke(tx, id, now)?;
        return Ok(Taken { changes, value: None, state: None });
    };
    let Some((stock_id, batch_id)) = from_stock else {
        license_keys::delete_unused(tx, id)?;
        return Ok(Taken { changes, value: Some(value), state: None });
    };
    let index = KeyIndex::of(&ctx.keyring, &value, sealed.key.summary.is_link);
    let ciphertext = ctx.keyring.seal(&stock::associated_data(&stock_id), value.expose().as_bytes());
    batches::lock(tx, &batch_id)?;
    let batch = batches::find(tx, &batch_id)?;
    let (to, reason) = match fate {
        Fate::Free if batch.recalled_at.is_some() => (StockState::Quarantined, batch.recall_reason.as_deref()),
        Fate::Free => (StockState::Available, None),
        Fate::KeepOut(reason) => (StockState::Quarantined, Some(reason)),
    };
    returns::let_go(tx, &stock_id)?;
    license_keys::delete_unused(tx, id)?;
    let returned = Returned { id: &stock_id, batch_id: &batch_id, ciphertext: &ciphertext, index: &index };
    returns::put_back(tx, &returned, (to, reason), now)?;
    changes.extend([Change::set("stock_key_id", &stock_id), Change::set("stock_key.state", to.as_str())]);
    Ok(Taken { changes, value: None, state: Some(to) })
}
