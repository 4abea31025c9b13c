//! Importing sales from files: read line by line, loaded as pending grants in batches, reported line by line. A
//! rejected line does not affect others, and importing a file twice adds nothing.

mod catalog;
mod csv_records;
mod dry_run;
mod encoding;
mod fields;
mod json_objects;
pub(crate) mod key_list;
mod load;
mod orders;
mod outcome;
mod records;
mod sale_line;
pub(crate) mod stock;

use std::fmt;
use std::io::BufRead;

pub use fields::Field;
pub use records::{Lines, MAX_BYTES};

use crate::storage::StorageError;
use crate::usecases::Context;
use records::{RawRecord, Records};

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header; delimited by commas, semicolons or tabs.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

impl Format {
    /// The format according to the file name's extension; `None` if it is unknown.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The format according to the first character.
    pub fn of_content(input: &mut impl BufRead) -> std::io::Result<Self> {
        let start = input.fill_buf()?;
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

/// The result of a whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of grants added.
    pub added: u64,
    /// The number of grants that already existed.
    pub present: u64,
    /// The number of pending grants revoked because their sale has fewer.
    pub revoked: u64,
    /// The number of rejected lines.
    pub refused: u64,
}

/// A problem with a field, or with a whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: Option<Field>,
    pub reason: String,
}

impl Problem {
    fn of(field: Field, reason: impl Into<String>) -> Self {
        Self { field: Some(field), reason: reason.into() }
    }

    fn of_line(reason: impl Into<String>) -> Self {
        Self { field: None, reason: reason.into() }
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
enum End {
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
            Format::JsonLines => Self::CutOffIfBroken,
        }
    }
}

/// Why the import stopped early. Lines reported as added before are committed.
#[derive(Debug)]
pub enum ImportError {
    /// The file as a whole cannot be used.
    File(String),
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
            Self::File(reason) => f.write_str(reason),
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
    report: &mut dyn FnMut(&Event<'_>),
) -> Result<Summary, ImportError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| ImportError::Input { line: 1, error })?;
    let text = encoding::decode(bytes)?;
    let total = text.lines().count() as u64;
    let mut records = Records::new(text.as_bytes());
    let mut loader = load::Loader::new(ctx, mode, report);
    match format {
        Format::Csv => {
            let header = csv_records::Header::read(&mut records)?;
            while let Some(raw) = records.next()? {
                loader.tell(&Event::Read { done: raw.lines.first, total });
                let end = End::of(&raw, Format::Csv);
                loader.take(raw.lines, raw.size(), raw.text().and_then(|text| header.fields(text)), end)?;
            }
        }
        Format::JsonLines => {
            while let Some(raw) = records.next()? {
                loader.tell(&Event::Read { done: raw.lines.first, total });
                let end = End::of(&raw, Format::JsonLines);
                loader.take(raw.lines, raw.size(), raw.text().and_then(json_objects::fields), end)?;
            }
        }
    }
    loader.finish()
}
