//! Lists of license keys from files and pasted text: one key per line, CSV, or a spreadsheet. Reading decides what could
//! be a key and where it stands; whether it is one is checked later.

pub(in crate::import) mod columns;
mod error;
#[cfg(test)]
mod tests;
mod text;
pub(in crate::import) mod xlsx;

pub(crate) use error::{KeyListError, OtherKind};
use xlsx::Dates;

use crate::usecases::stock::check::Candidate;

/// The maximum size of a file, in bytes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The maximum number of keys in a list.
pub(crate) const MAX_KEYS: usize = 100_000;

/// How many dots in a row show that a key was hidden.
const DOTS: &str = "••••";

/// A list of keys, in the order of the file.
pub(crate) struct KeyList {
    /// The column that the keys were taken from, as it can be named; `None` for lines of text.
    pub(crate) column: Option<String>,
    /// The line that was left out because it names the columns.
    pub(crate) heading: Option<usize>,
    /// At least one. A row without a key has an empty text.
    pub(crate) keys: Vec<Candidate>,
}

/// Reads a list. `column` names the column with the keys: by its name, a letter, or a number from 1; in a spreadsheet also
/// as `Sheet!B`. Fails if the list as a whole cannot be used.
pub(crate) fn read(bytes: Vec<u8>, file_name: Option<&str>, column: Option<&str>) -> Result<KeyList, KeyListError> {
    if bytes.len() > MAX_BYTES {
        return Err(KeyListError::TooLarge);
    }
    let column = column.map(str::trim).filter(|column| !column.is_empty());
    let list = if xlsx::is_zip(&bytes) {
        columns::keys_of(xlsx::tables(bytes, Dates::Marked)?, column)?
    } else {
        refuse_other_kinds(&bytes, file_name)?;
        let text = text::decode(bytes)?;
        match text::delimiter(&text, file_name, column) {
            Some(delimiter) => columns::keys_of(vec![text::table(&text, delimiter)?], column)?,
            None => text::lines(&text)?,
        }
    };
    match list.keys.iter().find(|key| key.text.trim_start().starts_with(DOTS)) {
        Some(hidden) => Err(KeyListError::Hidden { line: hidden.line }),
        None if list.keys.is_empty() => Err(KeyListError::Empty),
        None => Ok(list),
    }
}

/// Whether the file name ends with a dot and one of these extensions.
fn has_extension(file_name: Option<&str>, extensions: &[&str]) -> bool {
    let extension = file_name.and_then(|name| Some(name.rsplit_once('.')?.1));
    extension.is_some_and(|found| extensions.iter().any(|extension| found.eq_ignore_ascii_case(extension)))
}

fn refuse_other_kinds(bytes: &[u8], file_name: Option<&str>) -> Result<(), KeyListError> {
    const KINDS: [(&[u8], OtherKind); 5] = [
        (b"\xD0\xCF\x11\xE0", OtherKind::OldExcel),
        (b"%PDF", OtherKind::Named("PDF")),
        (b"\x89PNG", OtherKind::Named("PNG")),
        (b"\xFF\xD8\xFF", OtherKind::Named("JPEG")),
        (b"\x1F\x8B", OtherKind::Named("GZIP")),
    ];
    if let Some((_, kind)) = KINDS.into_iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(KeyListError::OtherKind(kind));
    }
    if has_extension(file_name, &["xlsx", "xlsm"]) && !bytes.is_empty() {
        return Err(KeyListError::BrokenSpreadsheet);
    }
    Ok(())
}
