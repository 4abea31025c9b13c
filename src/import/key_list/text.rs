//! Lists that are text: one key per line, or CSV.

use super::columns::{self, MAX_CELLS, Row, Table};
use super::error::{KeyListError, OtherKind};
use super::{KeyList, MAX_KEYS, has_extension};
use crate::import::encoding;
use crate::import::records::{Records, delimiter_count, delimiter_of, split};
use crate::usecases::stock::check::Candidate;

/// Stands for the delimiter of a table of one column: it is in no text.
const NONE: char = '\0';

/// The maximum number of lines of a field: enough for the longest key in lines of 64 characters.
const MAX_LINES: usize = 1_100;

/// How many lines show whether a text has columns.
const LOOKED_AT: usize = 50;

/// The text of a file.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, KeyListError> {
    let mut text = encoding::decode(bytes).map_err(KeyListError::Encoding)?;
    if text.contains('\r') {
        // Files that were put together from several have several kinds of line ends.
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    if text.contains('\0') {
        return Err(KeyListError::NotText);
    }
    let start: String = text.trim_start().chars().take(20).collect::<String>().to_ascii_lowercase();
    if ["<!doctype", "<html", "<head", "<?xml", "<table"].iter().any(|tag| start.starts_with(tag)) {
        return Err(KeyListError::OtherKind(OtherKind::WebPage));
    }
    Ok(text)
}

/// The delimiter, if the text is to be read as CSV: its name says so, a column is asked for, its first line is `sep=;` or
/// names a column of keys, a quoted field has several lines, or all lines have the same number of delimiters.
pub(super) fn delimiter(text: &str, file_name: Option<&str>, column: Option<&str>) -> Option<char> {
    let first = filled(text).next()?;
    if let Some(delimiter) = said(first) {
        return Some(delimiter);
    }
    let found = delimiter_of(first);
    if column.is_some() || has_extension(file_name, &["csv", "tsv"]) {
        return Some(found.unwrap_or(NONE));
    }
    if has_fields_of_several_lines(text, found.unwrap_or(NONE)) {
        return Some(found.unwrap_or(NONE));
    }
    let found = found?;
    let names_keys = split(first, found).is_ok_and(|cells| cells.iter().any(|cell| columns::is_name_of_keys(cell)));
    if names_keys {
        return Some(found);
    }
    let count = delimiter_count(first, found);
    let mut lines = filled(text).take(LOOKED_AT);
    let is_even = lines.clone().count() > 1 && lines.all(|line| delimiter_count(line, found) == count);
    (is_even && !has_extension(file_name, &["txt"])).then_some(found)
}

/// Whether the text is CSV with a field of several lines, as a spreadsheet copies such a cell.
fn has_fields_of_several_lines(text: &str, delimiter: char) -> bool {
    let is_open = |line: &str| line.contains('"') && line.matches('"').count() % 2 == 1;
    let has_lines = |row: &Row| row.cells.iter().any(|(_, cell)| cell.contains('\n'));
    filled(text).any(is_open) && table(text, delimiter).is_ok_and(|table| table.rows.iter().any(has_lines))
}

/// The lines that are not blank.
fn filled(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.lines().filter(|line| !line.trim().is_empty())
}

/// The delimiter that a spreadsheet writes into a line of its own, `sep=;`.
fn said(line: &str) -> Option<char> {
    let mut rest = line.trim_end_matches(['\r', '\n']).strip_prefix("sep=")?.chars();
    rest.next().filter(|_| rest.next().is_none())
}

/// Reads a text as CSV; a quoted field may have several lines.
pub(super) fn table(text: &str, delimiter: char) -> Result<Table, KeyListError> {
    let mut records = Records::new(text.as_bytes());
    // A delimiter that is not ASCII is in no list; quotes are found all the same.
    records.set_delimiter(u8::try_from(delimiter).unwrap_or(0));
    records.set_max_lines(MAX_LINES);
    let (mut rows, mut cells_left) = (Vec::new(), MAX_CELLS);
    // Reading from memory does not fail.
    while let Ok(Some(raw)) = records.next() {
        let line = usize::try_from(raw.lines.first).unwrap_or(usize::MAX);
        let record = raw.text().map_err(|_| KeyListError::LineTooLong { line })?;
        if rows.is_empty() && said(record).is_some() {
            continue;
        }
        let fields = split(record, delimiter).map_err(|_| KeyListError::Quotes { line })?;
        let cells: Vec<(usize, String)> =
            fields.into_iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).collect();
        cells_left = cells_left.checked_sub(cells.len()).ok_or(KeyListError::TooMuchElse)?;
        if !cells.is_empty() {
            rows.push(Row { line, cells });
        }
        if rows.len() > MAX_KEYS + 1 {
            return Err(KeyListError::TooMany);
        }
    }
    Ok(Table { sheet: None, rows })
}

/// Reads a text as one key per line. A first line that says what the list holds is left out.
pub(super) fn lines(text: &str) -> Result<KeyList, KeyListError> {
    let mut keys = Vec::new();
    let mut heading = None;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if keys.is_empty() && heading.is_none() && columns::is_heading_of_keys(line) {
            heading = Some(number + 1);
            continue;
        }
        if keys.len() == MAX_KEYS {
            return Err(KeyListError::TooMany);
        }
        keys.push(Candidate { line: number + 1, text: line.to_owned() });
    }
    Ok(KeyList { column: None, heading, keys })
}
