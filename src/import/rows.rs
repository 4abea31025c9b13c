//! The rows of a file with columns: CSV, whose first line names the columns, also behind the line `sep=;` that spreadsheets
//! write for themselves, or a sheet of a spreadsheet.

use super::encoding::{self, Encoding};
use super::key_list::columns::{MAX_CELLS, Row, Table};
use super::key_list::{KeyListError, MAX_KEYS, xlsx};
use super::layout::in_header;
use super::records::{Lines, RawRecord, Records, delimiter_of, split};
use super::{End, Format, ImportError, Problem};

/// Of so many rows the first that has two values names the columns, unless a person says otherwise.
const HEADER_WITHIN: usize = 10;

/// How a file is to be read, as far as a person has said it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<char>,
    pub sheet: Option<String>,
}

/// How a file was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// `None` for a spreadsheet.
    pub encoding: Option<Encoding>,
    pub delimiter: Option<char>,
    /// The sheets that have anything, and the one that was read.
    pub sheets: Vec<String>,
    pub sheet: String,
}

/// The content of a file.
pub(crate) enum Content {
    Csv {
        text: String,
        /// `None` for the one that the first line shows.
        delimiter: Option<char>,
    },
    Table(Vec<Row>),
    Json(String),
}

/// A row of a file with columns.
pub(crate) struct RawRow {
    pub lines: Lines,
    pub size: usize,
    pub end: End,
    pub values: Result<Vec<String>, Vec<Problem>>,
    /// The record as it is, if it cannot be divided into values.
    text: String,
}

impl RawRow {
    /// What the row has, for a file that gives it back.
    pub(crate) fn cells(&self) -> Vec<String> {
        self.values.clone().unwrap_or_else(|_| vec![self.text.clone()])
    }
}

/// The rows after the header.
pub(crate) enum Rows<'a> {
    Csv { records: Records<&'a [u8]>, delimiter: char },
    Table { rows: std::slice::Iter<'a, Row>, width: usize },
}

impl Content {
    /// Reads a file; its format is looked for if it is not known.
    pub(crate) fn read(
        bytes: Vec<u8>,
        format: Option<Format>,
        reading: &Reading,
    ) -> Result<(Self, Found), ImportError> {
        if xlsx::is_zip(&bytes) {
            return sheet_of(bytes, reading);
        }
        refuse_other_kinds(&bytes, format)?;
        let (text, encoding) = encoding::decode_as(bytes, reading.encoding)?;
        if text.lines().next().is_some_and(|first| first.contains('\0')) {
            return Err(ImportError::File(
                "this is no text; choose the file that the shop's export gave you".to_owned(),
            ));
        }
        let start = text.trim_start().get(..1).unwrap_or_default();
        let is_json = format.map_or(matches!(start, "{" | "["), |format| format == Format::JsonLines);
        let mut found = Found { encoding: Some(encoding), ..Found::default() };
        if is_json {
            return Ok((Self::Json(text), found));
        }
        let content = Self::Csv { text, delimiter: reading.delimiter };
        if let Ok((_, Rows::Csv { delimiter, .. })) = content.rows(1) {
            found.delimiter = Some(delimiter);
        }
        Ok((content, found))
    }

    pub(crate) fn line_count(&self) -> u64 {
        match self {
            Self::Csv { text, .. } | Self::Json(text) => text.lines().count() as u64,
            Self::Table(rows) => rows.last().map_or(0, |row| row.line as u64),
        }
    }

    /// Whether a date with slashes can be in it.
    pub(crate) fn has_slashes(&self) -> bool {
        match self {
            Self::Csv { text, .. } | Self::Json(text) => text.contains('/'),
            Self::Table(_) => true,
        }
    }

    /// The names of the columns and the rows after them. `header` is the row with the names among those that are not
    /// blank, from 1; 0 for the first that has two values.
    pub(crate) fn rows(&self, header: usize) -> Result<(Vec<String>, Rows<'_>), ImportError> {
        match self {
            Self::Json(_) => Err(empty()),
            Self::Table(all) => table(all, header),
            Self::Csv { text, delimiter } => {
                let header = if header == 0 { header_of(text, *delimiter) } else { header };
                csv(text, *delimiter, header)
            }
        }
    }
}

impl Rows<'_> {
    /// The next row; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<RawRow>, ImportError> {
        match self {
            Self::Csv { records, delimiter } => {
                let Some(raw) = records.next()? else { return Ok(None) };
                let text = raw.text();
                let values = text.clone().and_then(|text| split(text, *delimiter).map_err(|problem| vec![problem]));
                let text = if values.is_err() { text.unwrap_or_default().to_owned() } else { String::new() };
                let end = End::of(&raw, Format::Csv);
                Ok(Some(RawRow { lines: raw.lines, size: raw.size(), end, values, text }))
            }
            Self::Table { rows, width } => Ok(rows.next().map(|row| {
                let line = row.line as u64;
                let values = values_of(row, *width);
                let size = values.iter().map(String::len).sum();
                let lines = Lines { first: line, last: line };
                RawRow { lines, size, end: End::Whole, values: Ok(values), text: String::new() }
            })),
        }
    }
}

fn empty() -> ImportError {
    ImportError::File("the file is empty; its first line must name the columns".to_owned())
}

fn sheet_of(bytes: Vec<u8>, reading: &Reading) -> Result<(Content, Found), ImportError> {
    let tables = xlsx::tables(bytes, xlsx::Dates::Numbers).map_err(|error| match error {
        KeyListError::TooMany | KeyListError::TooMuchElse => said(&format!(
            "the spreadsheet is too large; it may have {MAX_KEYS} rows and {MAX_CELLS} cells. Save it as CSV"
        )),
        _ => said("the spreadsheet cannot be read; save it again as XLSX, or as CSV"),
    })?;
    let name = |table: &Table| table.sheet.clone().unwrap_or_default();
    let sheets: Vec<String> = tables.iter().map(name).collect();
    let place = reading.sheet.as_ref().and_then(|wanted| sheets.iter().position(|sheet| sheet == wanted)).unwrap_or(0);
    let table = tables.into_iter().nth(place).ok_or_else(empty)?;
    let sheet = name(&table);
    Ok((Content::Table(table.rows), Found { sheets, sheet, ..Found::default() }))
}

fn refuse_other_kinds(bytes: &[u8], format: Option<Format>) -> Result<(), ImportError> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let reason =
            "this is a spreadsheet in the old format, or one with a password; save it as XLSX or CSV without one";
        return Err(said(reason));
    }
    let other = [(b"%PDF".as_slice(), "PDF"), (b"\x89PNG", "PNG"), (b"\xFF\xD8\xFF", "JPEG"), (b"\x1F\x8B", "GZIP")];
    if let Some((_, kind)) = other.into_iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(said(&format!("this is a {kind} file, not a file of sales")));
    }
    if format == Some(Format::Spreadsheet) {
        return Err(said("the spreadsheet cannot be read; save it again as XLSX, or as CSV"));
    }
    Ok(())
}

fn said(reason: &str) -> ImportError {
    ImportError::File(reason.to_owned())
}

/// The row of a CSV file that names the columns.
fn header_of(text: &str, delimiter: Option<char>) -> usize {
    for header in 1..=HEADER_WITHIN {
        match csv(text, delimiter, header) {
            Ok((names, _)) if filled(&names) >= 2 => return header,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    1
}

fn filled(names: &[String]) -> usize {
    names.iter().filter(|name| !name.trim().is_empty()).count()
}

fn csv(text: &str, chosen: Option<char>, header: usize) -> Result<(Vec<String>, Rows<'_>), ImportError> {
    let mut records = Records::new(text.as_bytes());
    let mut first = next(&mut records)?;
    let told = told_delimiter(&first);
    if told.is_some() {
        first = next(&mut records)?;
    }
    for _ in 1..header {
        first = next(&mut records)?;
    }
    let line = first.text().map_err(|problems| in_header(&reasons(&problems)))?;
    if line.trim_start().starts_with('<') {
        return Err(ImportError::File(
            "this is a web page, not a file of sales; sign in to the shop again and download the export itself"
                .to_owned(),
        ));
    }
    let delimiter = chosen.or(told).or_else(|| delimiter_of(line)).unwrap_or(',');
    let names = split(line, delimiter).map_err(|problem| in_header(&problem.to_string()))?;
    if let Ok(byte) = u8::try_from(delimiter) {
        records.set_delimiter(byte);
    }
    Ok((names, Rows::Csv { records, delimiter }))
}

fn table(all: &[Row], header: usize) -> Result<(Vec<String>, Rows<'_>), ImportError> {
    let place = match header {
        0 => all.iter().take(HEADER_WITHIN).position(|row| row.cells.len() >= 2).unwrap_or(0),
        header => header - 1,
    };
    let row = all.get(place).ok_or_else(empty)?;
    let rows = all.get(place + 1..).unwrap_or_default();
    let width = std::iter::once(row).chain(rows).filter_map(|row| row.cells.last()).map(|(place, _)| place + 1).max();
    let width = width.unwrap_or(0);
    Ok((values_of(row, width), Rows::Table { rows: rows.iter(), width }))
}

fn values_of(row: &Row, width: usize) -> Vec<String> {
    let mut values = vec![String::new(); width];
    for (place, text) in &row.cells {
        if let Some(value) = values.get_mut(*place) {
            value.clone_from(text);
        }
    }
    values
}

fn next(records: &mut Records<&[u8]>) -> Result<RawRecord, ImportError> {
    records.next()?.ok_or_else(empty)
}

/// The delimiter that a line such as `sep=;` tells.
fn told_delimiter(raw: &RawRecord) -> Option<char> {
    let text = raw.text().ok()?.trim().trim_matches('"');
    let rest = text.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| text.get(4..))?;
    let mut characters = rest.chars();
    // A tab at the end is taken for a blank.
    let delimiter = characters.next().unwrap_or('\t');
    (characters.next().is_none() && matches!(delimiter, ',' | ';' | '\t' | '|')).then_some(delimiter)
}

fn reasons(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Options;
    use crate::import::fields::Field;
    use crate::import::layout::Layout;
    use crate::shops::Seen;

    fn header(text: &str) -> Result<(char, Layout), String> {
        let content = Content::Csv { text: text.to_owned(), delimiter: None };
        let (names, rows) = content.rows(1).map_err(|error| error.to_string())?;
        let Rows::Csv { delimiter, .. } = rows else { panic!("CSV") };
        Ok((delimiter, Layout::of(&names, &Options::default()).map_err(|error| error.to_string())?))
    }

    fn values(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn columns_come_in_any_order_and_are_divided_by_what_the_header_says() {
        let (delimiter, layout) = header("payment_id; Customer Email;entitlement;;\n").unwrap();
        assert_eq!(delimiter, ';');
        let read = |text: &str| layout.read(values(text), true, &mut Seen::default());
        let sale = read("pay_1;ada@example.com;Pro").pop().unwrap().unwrap();
        assert_eq!(sale.get(Field::Entitlement), "Pro");
        assert!(read("pay_1;a@example.com;Pro;;;x").pop().unwrap().is_err(), "more than the header has");
        assert!(read("pay_1;a@example.com;Pro;x;").pop().unwrap().is_err(), "in a column without a name");
        assert!(layout.read(values("pay_1;x"), false, &mut Seen::default()).pop().unwrap().is_err());
        assert!(read(";;").is_empty());
        assert_eq!(header("sep=,\ncustomer_email,entitlement,payment_id\n").unwrap().0, ',');
    }

    #[test]
    fn a_column_that_does_not_exist_is_named() {
        let error = header("customer_email,entitlement,payment_id,custmer_name\n").err().unwrap();
        assert!(error.contains("custmer_name") && error.contains("customer_name"), "{error}");
        assert!(header("customer_email,customer_email,entitlement,payment_id\n").err().unwrap().contains("twice"));
        assert!(header("customer_email,payment_id\n").is_err());
        assert!(header("customer_email,entitlement\n").is_err());
        assert!(header("").err().unwrap().contains("empty"));
        assert!(header("<!doctype html>\n").err().unwrap().contains("web page"));
    }

    #[test]
    fn a_title_above_the_header_is_passed_over_unless_a_person_says_otherwise() {
        let content =
            Content::Csv { text: "Rechnungen KW 47\n\nBeleg;Mail\n1;a@example.com\n".to_owned(), delimiter: None };
        assert_eq!(content.rows(0).unwrap().0, ["Beleg", "Mail"]);
        assert_eq!(content.rows(1).unwrap().0, ["Rechnungen KW 47"]);
    }
}
