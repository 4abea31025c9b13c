//! Reading a file of sales that a person has brought: what each line would become, written beside the file for the person
//! to see. Nothing is imported.

use jiff::tz::TimeZone;

use super::checking::Checking;
use super::encoding::Encoding;
use super::layout::Layout;
use super::rows::{Content, Found, Reading};
use super::{Format, ImportError, Options, for_each_sale};
use crate::domain::ids::{SaleImportId, StaffId};
use crate::shops;
use crate::storage::StorageError;
use crate::storage::sales::imports::{self, StoredImport};
use crate::storage::sales::mappings;
use crate::usecases::Context;
use crate::usecases::sales::imports::kept;
use crate::usecases::sales::imports::reading::{FoundReading, Settings, Writer, keep};

/// The maximum size of a file, in bytes.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Rows that are looked at for the first values of columns.
const LOOKED_AT: usize = 500;

/// The maximum number of lines with a sale.
pub(crate) const MAX_LINES: usize = 100_000;

/// How many columns and rows are shown to say what they are.
const SAMPLES: usize = 3;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Lines,
    /// A person has to say what its columns are.
    UnknownColumns,
}

/// The columns of a file with their first values.
pub(crate) struct Columns {
    pub names: Vec<String>,
    /// Of each column, in the order of the names.
    pub samples: Vec<Vec<String>>,
    pub settings: Settings,
}

/// Keeps a file and reads it. One that cannot be read is not kept.
pub(crate) fn receive(
    ctx: &Context,
    staff_id: &StaffId,
    file_name: &str,
    bytes: Vec<u8>,
    settings: Settings,
) -> Result<(SaleImportId, Read), ImportError> {
    let import = keep(ctx, staff_id, file_name, &bytes, &settings).map_err(storage)?;
    match read(ctx, &import, bytes, settings) {
        Ok(read) => Ok((import.id, read)),
        Err(error) => {
            ctx.db.write(|tx| imports::delete(tx, &import.id)).map_err(storage)?;
            Err(error)
        }
    }
}

/// Reads a file that waits once more.
pub(crate) fn read_again(ctx: &Context, import: &StoredImport, settings: Settings) -> Result<Read, ImportError> {
    let bytes = kept::source(ctx, &import.id).map_err(storage)?;
    if bytes.is_empty() {
        return Err(ImportError::File("a customer in this file was erased; choose the file again".to_owned()));
    }
    read(ctx, import, bytes, settings)
}

/// The columns of a file that waits.
pub(crate) fn columns(ctx: &Context, import: &StoredImport) -> Result<Columns, ImportError> {
    let settings = kept::settings(ctx, import).map_err(storage)?;
    let bytes = kept::source(ctx, &import.id).map_err(storage)?;
    let (content, _) = Content::read(bytes, format_of(&import.file_name), &reading_of(&settings))?;
    let (names, mut rows) = content.rows(settings.header)?;
    let mut samples = vec![Vec::new(); names.len()];
    let mut looked_at = 0;
    while looked_at < LOOKED_AT && samples.iter().any(|values: &Vec<String>| values.len() < SAMPLES) {
        let Some(row) = rows.next()? else { break };
        looked_at += 1;
        for (values, value) in samples.iter_mut().zip(row.values.unwrap_or_default()) {
            if values.len() < SAMPLES && !value.trim().is_empty() {
                values.push(value);
            }
        }
    }
    Ok(Columns { names, samples, settings })
}

pub(crate) fn storage(error: StorageError) -> ImportError {
    ImportError::Storage { line: 1, error }
}

fn format_of(file_name: &str) -> Option<Format> {
    // A name says too little about text.
    Format::of_name(file_name).filter(|format| *format == Format::Spreadsheet)
}

fn reading_of(settings: &Settings) -> Reading {
    Reading {
        encoding: Encoding::parse(&settings.encoding),
        delimiter: delimiter_of(&settings.delimiter),
        sheet: Some(settings.sheet.clone()).filter(|sheet| !sheet.is_empty()),
    }
}

/// The delimiters by their words in forms.
pub(crate) const DELIMITERS: [(&str, char); 4] = [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("bar", '|')];

fn delimiter_of(word: &str) -> Option<char> {
    DELIMITERS.into_iter().find(|(known, _)| *known == word).map(|(_, delimiter)| delimiter)
}

fn found_reading(found: Found) -> FoundReading {
    let delimiter = DELIMITERS.into_iter().find(|(_, delimiter)| Some(*delimiter) == found.delimiter);
    FoundReading {
        encoding: found.encoding.map(|encoding| encoding.as_str().to_owned()).unwrap_or_default(),
        delimiter: delimiter.map(|(word, _)| word.to_owned()).unwrap_or_default(),
        sheets: found.sheets,
        sheet: found.sheet,
    }
}

fn read(ctx: &Context, import: &StoredImport, bytes: Vec<u8>, mut settings: Settings) -> Result<Read, ImportError> {
    let (content, found) = Content::read(bytes, format_of(&import.file_name), &reading_of(&settings))?;
    settings.found = found_reading(found);
    settings.unknown = Vec::new();
    let options = options_of(ctx, &settings)?;
    let writer = Writer::new(ctx, import);
    let layout = if let Content::Json(_) = content {
        settings.names = Vec::new();
        JSON_LINES.to_owned()
    } else {
        settings.names = content.rows(options.header)?.0;
        let wants_mapping = settings.format == Settings::BY_HAND && settings.fields.is_none();
        match Layout::of(&settings.names, &options) {
            _ if wants_mapping => return unknown(writer, &settings),
            Err(ImportError::Columns(_)) if settings.fields.is_none() => return unknown(writer, &settings),
            layout => layout_name(&layout?, &settings, &options),
        }
    };
    let zone = options.zone.clone().unwrap_or_else(|| ctx.config.time_zone.clone());
    let mut checking = Checking::new(ctx, zone, writer).map_err(storage)?;
    for_each_sale(&content, &options, &mut |row| {
        if checking.count() >= MAX_LINES {
            let reason =
                format!("the file has more than {MAX_LINES} lines; divide it, or import it with keydesk import");
            return Err(ImportError::File(reason));
        }
        checking.take(row).map_err(storage)
    })?;
    checking.finish(&layout, settings).map_err(storage)?;
    Ok(Read::Lines)
}

fn unknown(writer: Writer<'_>, settings: &Settings) -> Result<Read, ImportError> {
    writer.finish("", settings, &[]).map_err(storage)?;
    Ok(Read::UnknownColumns)
}

/// The names of layouts that are no shop's and were not remembered.
pub(crate) const OWN_COLUMNS: &str = "own";
pub(crate) const JSON_LINES: &str = "json";
pub(crate) const BY_HAND: &str = "by-hand";

fn layout_name(layout: &Layout, settings: &Settings, options: &Options) -> String {
    if let Some(shop) = layout.shop() {
        return shop.name.to_owned();
    }
    if settings.fields.is_some() {
        return BY_HAND.to_owned();
    }
    let named = options.remembered.iter().find(|known| known.name == settings.format);
    let known = named.or_else(|| options.remembered.iter().find(|known| super::mapping::fits(known, &settings.names)));
    known.map_or_else(|| OWN_COLUMNS.to_owned(), |known| known.name.clone())
}

fn options_of(ctx: &Context, settings: &Settings) -> Result<Options, ImportError> {
    let remembered = ctx.db.read(mappings::list).map_err(storage)?;
    let is_named = shops::find(&settings.format).is_some() || remembered.iter().any(|m| m.name == settings.format);
    Ok(Options {
        shop: (is_named && settings.fields.is_none()).then(|| settings.format.clone()),
        zone: TimeZone::get(&settings.zone).ok(),
        entitlement: None,
        columns: Vec::new(),
        fields: settings.fields.clone(),
        remembered,
        header: settings.header,
        keeps_cells: true,
    })
}
