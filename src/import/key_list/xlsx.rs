//! Lists in XLSX spreadsheets. Such a file is an archive that can unpack to a thousand times its size, and can claim more
//! texts than it has, for which the reader would make room. So it is measured first, and only cells that are there are kept.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use jiff::civil::{Date, date};
use zip::ZipArchive;

use super::MAX_KEYS;
use super::columns::{MAX_CELLS, Row, Table};
use super::error::KeyListError;

/// The maximum size of all files of the archive, in bytes. A hundred thousand keys with ten columns take 60 MB.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;

/// The maximum number of files in the archive.
const MAX_FILES: usize = 2_000;

/// Whether a file is an archive, as spreadsheets are.
pub(in crate::import) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// What a date becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Dates {
    /// A number with an exponent, by which it is noticed that a date stands where no date belongs.
    Marked,
    /// The days since the end of 1899.
    Numbers,
}

/// The visible sheets that have anything.
pub(in crate::import) fn tables(bytes: Vec<u8>, dates: Dates) -> Result<Vec<Table>, KeyListError> {
    measure(&bytes)?;
    // A damaged file may make the reader panic, which must not become an error of ours.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, dates))).unwrap_or(Err(KeyListError::BrokenSpreadsheet))
}

/// Unpacks everything without keeping it, and looks at what the file with the texts says about itself.
fn measure(bytes: &[u8]) -> Result<(), KeyListError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_FILES {
        return Err(KeyListError::TooMuchElse);
    }
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        let has_texts = file.name().map_err(broken)?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut texts = Vec::new();
        let mut file = file.take(left + 1);
        let size = if has_texts {
            file.read_to_end(&mut texts).map_err(broken)? as u64
        } else {
            io::copy(&mut file, &mut io::sink()).map_err(broken)?
        };
        left = left.checked_sub(size).ok_or(KeyListError::TooMuchElse)?;
        if claims_too_much(&texts) {
            return Err(KeyListError::BrokenSpreadsheet);
        }
    }
    Ok(())
}

/// Whether a file claims to have more texts than bytes, or hides in an encoding with NUL what it claims.
fn claims_too_much(texts: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    texts.contains(&0)
        || texts.windows(NAME.len()).enumerate().filter(|(_, name)| *name == NAME).any(|(at, _)| {
            let rest = texts.get(at + NAME.len()..).unwrap_or_default();
            let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+');
            let digits = rest.iter().skip_while(|byte| is_between(byte)).take_while(|byte| byte.is_ascii_digit());
            digits.fold(0_usize, |sum, digit| sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
                > texts.len()
        })
}

fn sheets(bytes: Vec<u8>, dates: Dates) -> Result<Vec<Table>, KeyListError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = book.sheets_metadata().iter();
    let shown = sheets.filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    let (mut tables, mut cells_left) = (Vec::new(), MAX_CELLS);
    for name in names {
        let rows = rows(&mut book, &name, dates, &mut cells_left)?;
        if !rows.is_empty() {
            tables.push(Table { sheet: Some(name), rows });
        }
    }
    if let [only] = tables.as_mut_slice() {
        only.sheet = None;
    }
    Ok(tables)
}

fn rows(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    dates: Dates,
    cells_left: &mut usize,
) -> Result<Vec<Row>, KeyListError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut rows: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let text = text(cell.get_value(), dates);
        if text.trim().is_empty() {
            continue;
        }
        *cells_left = cells_left.checked_sub(1).ok_or(KeyListError::TooMuchElse)?;
        let (row, column) = cell.get_position();
        rows.entry(row as usize).or_default().insert(column as usize, text);
        if rows.len() > MAX_KEYS + 1 {
            return Err(KeyListError::TooMany);
        }
    }
    let row =
        |(row, cells): (usize, BTreeMap<usize, String>)| Row { line: row + 1, cells: cells.into_iter().collect() };
    Ok(rows.into_iter().map(row).collect())
}

/// What a cell says. A number that the spreadsheet has rounded, or made a date of, comes with an exponent, by which it is
/// noticed later; an error is nothing.
fn text(value: &DataRef<'_>, dates: Dates) -> String {
    let day = |days: f64| if dates == Dates::Numbers { days.to_string() } else { with_exponent(days) };
    match value {
        DataRef::DateTimeIso(text) if dates == Dates::Numbers => text.clone(),
        DataRef::DateTimeIso(text) => day_number(text).map_or_else(|| text.clone(), with_exponent),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() < 1e15 => number.to_string(),
        DataRef::Float(number) => with_exponent(*number),
        DataRef::DateTime(date) => day(date.as_f64()),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// The number that a date stands for in spreadsheets: the days since the end of 1899.
fn day_number(text: &str) -> Option<f64> {
    let day: Date = text.get(..10)?.parse().ok()?;
    Some(f64::from(date(1899, 12, 30).until(day).ok()?.get_days()))
}

/// `1.23456789012346E+19`.
fn with_exponent(number: f64) -> String {
    let text = format!("{number:.14E}");
    if text.contains("E-") { text } else { text.replace('E', "E+") }
}

fn broken<T>(_: T) -> KeyListError {
    KeyListError::BrokenSpreadsheet
}
