//! The content of an upload: sealed, because it is keys.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::ids::StockUploadId;
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::StorageError;
use crate::storage::stock::uploads::{StoredUpload, associated_data};
use crate::usecases::context::Context;
use crate::usecases::stock::add::NumberedKeys;

/// The bytes of a usual line as JSON, rounded up.
const USUAL_LINE: usize = 64;

/// Encrypts lines.
pub(super) fn seal<T: Serialize>(ctx: &Context, id: &StockUploadId, lines: &[T]) -> Result<Vec<u8>, StorageError> {
    // A buffer that grows leaves its smaller copies behind, and an upload has megabytes.
    let mut bytes = Vec::with_capacity(lines.len() * USUAL_LINE);
    serde_json::to_writer(&mut bytes, lines).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    Ok(ctx.keyring.seal(&associated_data(id), &bytes))
}

/// Decrypts the lines of an upload; none if they have been emptied. Whoever shows them records what of it is news to the
/// person.
pub(super) fn open<T: DeserializeOwned>(ctx: &Context, upload: &StoredUpload) -> Result<Vec<T>, StorageError> {
    if upload.content.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |cause: String| StorageError::Corrupt(format!("the sealed content of {}: {cause}", upload.id));
    let bytes = ctx
        .keyring
        .open(&associated_data(&upload.id), &upload.content)
        .map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))
}

/// Encrypts the keys of an upload that is being confirmed.
pub(super) fn seal_keys(ctx: &Context, id: &StockUploadId, keys: &NumberedKeys) -> Result<Vec<u8>, StorageError> {
    let lines: Vec<(usize, &str)> = keys.iter().map(|(line, key)| (*line, key.expose())).collect();
    seal(ctx, id, &lines)
}

/// Decrypts the keys of a confirmed upload.
pub(in crate::usecases) fn open_keys(ctx: &Context, upload: &StoredUpload) -> Result<NumberedKeys, StorageError> {
    let lines: Vec<(usize, String)> = open(ctx, upload)?;
    Ok(lines.into_iter().map(|(line, text)| (line, LicenseKeyValue::stored(text))).collect())
}
