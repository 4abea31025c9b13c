//! Stock: keys that wait to be issued, sealed, and the batches they came in with.

pub mod alerts;
pub mod batches;
pub(super) mod counts;
pub mod draw;
pub mod figures;
pub mod keys;
pub(crate) mod lookup;
pub(crate) mod returns;
pub(crate) mod uploads;

use crate::crypto::{AssociatedData, Keyring};
use crate::domain::ids::{BatchId, StockKeyId};
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::db::error::StorageError;

/// The associated data of a stock key's ciphertext: it cannot be decrypted with any other.
pub fn associated_data(id: &StockKeyId) -> AssociatedData<'_> {
    AssociatedData { table: "stock_keys", column: "ciphertext", row: id.as_str() }
}

/// A stock key with its encrypted value.
#[derive(Debug, Clone)]
pub struct SealedStockKey {
    pub id: StockKeyId,
    pub batch_id: BatchId,
    ciphertext: Vec<u8>,
}

impl SealedStockKey {
    /// The value in plaintext, to be issued. Nothing is recorded: nobody sees it.
    pub fn open(&self, keyring: &Keyring) -> Result<LicenseKeyValue, StorageError> {
        let unreadable = |cause: String| StorageError::Corrupt(format!("the sealed value of {}: {cause}", self.id));
        let bytes = keyring
            .open(&associated_data(&self.id), &self.ciphertext)
            .map_err(|error| unreadable(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| unreadable(error.utf8_error().to_string()))?;
        Ok(LicenseKeyValue::stored(text))
    }
}
