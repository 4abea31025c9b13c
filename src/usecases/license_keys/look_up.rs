//! The issued key that software presents. Keys that Keydesk generated are also found in lower case and without their
//! hyphens: nobody else decides what they look like.

use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::presented::PresentedKey;
use crate::storage::license_keys::{index, lookup};
use crate::storage::{Conn, StorageError};
use crate::usecases::context::Context;

/// A value that was issued, once or to several customers who share it.
#[derive(Debug, Clone)]
pub struct IssuedValue {
    pub hash: Vec<u8>,
    /// The first key with this value, usable or not.
    pub oldest: LicenseKeySummary,
}

/// Finds the value that was presented; `None` if it was never issued.
pub(crate) fn look_up(
    ctx: &Context,
    conn: &mut Conn,
    presented: &PresentedKey,
) -> Result<Option<IssuedValue>, StorageError> {
    for form in presented.forms() {
        let hash = ctx.keyring.lookup_hash(form.expose()).to_vec();
        if let Some(oldest) = lookup::find_oldest(conn, &hash)? {
            return Ok(Some(IssuedValue { hash, oldest }));
        }
    }
    let Some(folded) = index::folded_hash(&ctx.keyring, presented.expose()) else { return Ok(None) };
    let Some(hash) = lookup::find_generated(conn, &folded)? else { return Ok(None) };
    let oldest = lookup::find_oldest(conn, &hash)?;
    Ok(oldest.map(|oldest| IssuedValue { hash, oldest }))
}
