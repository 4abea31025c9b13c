//! Importing sales from files: read line by line, loaded as pending grants in batches, reported line by line. A
//! rejected line does not affect others, and importing a file twice adds nothing.

mod catalog;
mod checking;
mod dry_run;
pub(crate) mod encoding;
mod fields;
mod json_objects;
pub(crate) mod key_list;
mod layout;
mod load;
pub(crate) mod mapping;
mod orders;
mod outcome;
pub(crate) mod preview;
mod records;
mod rows;
mod sale_line;
pub(crate) mod stock;

use std::fmt;
use std::io::BufRead;

use jiff::tz::TimeZone;

pub use fields::Field;
pub use records::{Lines, MAX_BYTES};

use crate::domain::entitlement::Entitlement;
use crate::domain::sale::import::{LineKind, Mapping};
use crate::shops::Seen;
pub use crate::shops::line::SkipKind;
use crate::storage::StorageError;
use crate::storage::sales::mappings;
use crate::usecases::Context;
use fields::RawSale;
use layout::Layout;
use outcome::Outcome;
use records::{RawRecord, Records};
use rows::{Content, Reading};

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header; delimited by commas, semicolons or tabs.
    Csv,
    /// One JSON object per line.
    JsonLines,
    /// A spreadsheet, XLSX.
    Spreadsheet,
}

impl Format {
    /// The format according to the file name's extension; `None` if it is unknown.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            "xlsx" | "xlsm" => Some(Self::Spreadsheet),
            _ => None,
        }
    }

    /// The format according to the first character.
    pub fn of_content(input: &mut impl BufRead) -> std::io::Result<Self> {
        let start = input.fill_buf()?;
        if key_list::xlsx::is_zip(start) {
            return Ok(Self::Spreadsheet);
        }
        let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
        Ok(if matches!(first, Some(b'{' | b'[')) { Self::JsonLines } else { Self::Csv })
    }
}

/// Whether the import writes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Load,
    DryRun,
}

/// How a file is to be read, where it does not say so itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The shop whose export it is; `None` to recognize it.
    pub shop: Option<String>,
    /// The zone of dates without an offset; `None` for the configured one.
    pub zone: Option<TimeZone>,
    /// The entitlement of every line that names none: its name or id.
    pub entitlement: Option<String>,
    /// The field of some columns, by the columns' names: (field, column).
    pub columns: Vec<(String, String)>,
    /// The field of each column, if a person has said it.
    pub fields: Option<Vec<String>>,
    /// The layouts that people have remembered.
    pub remembered: Vec<Mapping>,
    /// The row that names the columns, among those that are not blank; 0 to look for it.
    pub header: usize,
    /// Whether each record is also given as it stands in the file.
    pub keeps_cells: bool,
}

/// The result of a whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// The shop whose export the file is; `None` for our own columns.
    pub shop: Option<&'static str>,
    /// The number of grants added.
    pub added: u64,
    /// The number of grants that already existed.
    pub present: u64,
    /// The number of pending grants revoked because their sale has fewer.
    pub revoked: u64,
    /// The number of rejected lines.
    pub refused: u64,
    /// The number of lines that are no sales to be served, by [`SkipKind::ALL`].
    pub skipped: [u64; SkipKind::ALL.len()],
}

impl Summary {
    fn skip(&mut self, kind: SkipKind) {
        let place = SkipKind::ALL.iter().position(|other| *other == kind);
        if let Some(count) = place.and_then(|place| self.skipped.get_mut(place)) {
            *count += 1;
        }
    }
}

/// A problem with a field, or with a whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: Option<Field>,
    pub reason: String,
    /// What it is, where people are told of it apart from others.
    kind: LineKind,
}

impl Problem {
    fn of(field: Field, reason: impl Into<String>) -> Self {
        Self { field: Some(field), reason: reason.into(), kind: LineKind::Refused }
    }

    fn of_line(reason: impl Into<String>) -> Self {
        Self { field: None, reason: reason.into(), kind: LineKind::Refused }
    }

    fn kind(self, kind: LineKind) -> Self {
        Self { kind, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(f, "{}: {}", field.name(), self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// What is reported while the file is read, in the order of its lines.
#[derive(Debug)]
pub enum Event<'a> {
    Refused(Lines, &'a [Problem]),
    /// No sale to be served, and the word in the file that says so.
    Skipped(Lines, SkipKind, &'a str),
    /// In a dry run: what the import would do.
    Would(Lines, &'a str),
    /// What to check although the line was not refused.
    Note(Lines, &'a str),
    /// How many lines of the file have been read, of how many.
    Read {
        done: u64,
        total: u64,
    },
}

/// What follows a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A line end, or nothing where the record is whole by itself.
    Whole,
    /// The file ends without a line end, so that it may have been cut off within the record.
    PerhapsCutOff,
    /// The same, in a format whose records show whether they are whole.
    CutOffIfBroken,
}

impl End {
    fn of(raw: &RawRecord, format: Format) -> Self {
        match format {
            _ if !raw.is_without_end() => Self::Whole,
            Format::Csv => Self::PerhapsCutOff,
            Format::Spreadsheet => Self::Whole,
            Format::JsonLines => Self::CutOffIfBroken,
        }
    }
}

/// Why the import stopped early. Lines reported as added before are committed.
#[derive(Debug)]
pub enum ImportError {
    /// The file as a whole cannot be used.
    File(String),
    /// Its columns are not those of any layout, or something is missing among them.
    Columns(String),
    Input {
        line: u64,
        error: std::io::Error,
    },
    Storage {
        line: u64,
        error: StorageError,
    },
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(reason) | Self::Columns(reason) => f.write_str(reason),
            Self::Input { line, error } => write!(f, "line {line}: cannot be read: {error}"),
            Self::Storage { line, error } => {
                write!(
                    f,
                    "stopped at line {line}: {error}. The lines before it were imported; importing the file again adds nothing twice"
                )
            }
        }
    }
}

impl std::error::Error for ImportError {}

/// Imports a whole file. It is read to its end first, so that one that cannot be read adds nothing.
pub fn import(
    ctx: &Context,
    mut input: impl BufRead,
    format: Format,
    mode: Mode,
    options: &Options,
    report: &mut dyn FnMut(&Event<'_>),
) -> Result<Summary, ImportError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| ImportError::Input { line: 1, error })?;
    let content = Content::read(bytes, Some(format), &Reading::default())?.0;
    let total = content.line_count();
    let zone = options.zone.clone().unwrap_or_else(|| ctx.config.time_zone.clone());
    let mut loader = load::Loader::new(ctx, mode, zone, report);
    let remembered = ctx.db.read(mappings::list).map_err(|error| ImportError::Storage { line: 1, error })?;
    let options = Options { remembered, header: 1, ..options.clone() };
    let shop = for_each_sale(&content, &options, &mut |row| {
        loader.tell(&Event::Read { done: row.lines.first, total });
        loader.take(row)
    })?;
    loader.finish(shop)
}

/// A record of a file with what it says of a sale.
pub(crate) struct SaleRow {
    pub lines: Lines,
    pub size: usize,
    pub end: End,
    pub sale: Result<RawSale, Outcome>,
    /// The record as it is in the file.
    pub cells: Vec<String>,
}

/// Reads a file from its beginning to its end; returns whose export it is, if it is one.
pub(crate) fn for_each_sale(
    content: &Content,
    options: &Options,
    take: &mut dyn FnMut(SaleRow) -> Result<(), ImportError>,
) -> Result<Option<&'static str>, ImportError> {
    if let Content::Json(text) = content {
        let mut records = Records::new(text.as_bytes());
        while let Some(raw) = records.next()? {
            let sale = raw.text().and_then(json_objects::fields).map_err(Outcome::Refused);
            let text = raw.text().unwrap_or_default();
            let cells = if options.keeps_cells { vec![text.to_owned()] } else { Vec::new() };
            take(SaleRow { lines: raw.lines, size: raw.size(), end: End::of(&raw, Format::JsonLines), sale, cells })?;
        }
        return Ok(None);
    }
    let (names, mut rows) = content.rows(options.header)?;
    let layout = Layout::of(&names, options)?;
    let mut seen = Seen::default();
    if layout.looks_first(content.has_slashes()) {
        let (_, mut rows) = content.rows(options.header)?;
        while let Some(row) = rows.next()? {
            if let Ok(values) = &row.values {
                layout.look(values, &mut seen);
            }
        }
    }
    while let Some(row) = rows.next()? {
        let cells = if options.keeps_cells { row.cells() } else { Vec::new() };
        let sales = match row.values {
            Ok(values) => layout.read(values, row.end == End::Whole, &mut seen),
            Err(problems) => vec![Err(Outcome::Refused(problems))],
        };
        for sale in sales {
            take(SaleRow { lines: row.lines, size: row.size, end: row.end, sale, cells: cells.clone() })?;
        }
    }
    Ok(layout.shop().map(|shop| shop.name))
}

/// The active entitlement with this id or name; fails with the reason, as the end of a sentence.
pub(crate) fn find_entitlement(ctx: &Context, text: &str) -> Result<Entitlement, String> {
    let catalog = ctx.db.read(catalog::Catalog::read).map_err(|error| error.to_string())?;
    let found = catalog.find_by_id_or_name(text)?;
    if found.is_active { Ok(found.clone()) } else { Err("this entitlement was deleted".to_owned()) }
}
