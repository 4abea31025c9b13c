//! The content of an upload: sealed, because it is keys.

use crate::domain::ids::StockUploadId;
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::StorageError;
use crate::storage::stock::uploads::{StoredUpload, associated_data};
use crate::usecases::context::Context;

/// One line as it is stored: its number, its text, and a word that its owner understands.
pub(super) type Line = (usize, String, String);

/// Encrypts lines.
pub(super) fn seal(ctx: &Context, id: &StockUploadId, lines: &[Line]) -> Result<Vec<u8>, StorageError> {
    let bytes = serde_json::to_vec(lines).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    Ok(ctx.keyring.seal(&associated_data(id), &bytes))
}

/// Decrypts the lines of an upload; none if they have been emptied. Whoever shows them records what of it is news to the
/// person.
pub(super) fn open(ctx: &Context, upload: &StoredUpload) -> Result<Vec<Line>, StorageError> {
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

/// Decrypts the keys of a confirmed upload.
pub(in crate::usecases) fn open_keys(
    ctx: &Context,
    upload: &StoredUpload,
) -> Result<Vec<(usize, LicenseKeyValue)>, StorageError> {
    let lines = open(ctx, upload)?;
    Ok(lines.into_iter().map(|(line, text, _)| (line, LicenseKeyValue::stored(text))).collect())
}
