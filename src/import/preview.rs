//! Reading a file of sales that a person has brought: what each line would become, written beside the file for the person
//! to see. Nothing is imported.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;

use super::catalog::Catalog;
use super::dry_run::{DryRun, Tried};
use super::encoding::Encoding;
use super::fields::{Field, RawSale};
use super::layout::Layout;
use super::orders::{OrderMark, mark};
use super::outcome::{Outcome, checked};
use super::rows::{Content, Found, Reading};
use super::sale_line::SaleLine;
use super::{Format, ImportError, Options, Problem, SaleRow, SkipKind, for_each_sale};
use crate::domain::ids::{SaleImportId, StaffId};
use crate::domain::sale::import::{ImportCounts, LineKind};
use crate::domain::sale::{Sale, SaleReference};
use crate::shops;
use crate::storage::sales::imports::StoredImport;
use crate::storage::sales::{imports, known_of, mappings};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::sales::imports::kept;
use crate::usecases::sales::imports::line::{ImportLine, LineSale, OtherLine};
use crate::usecases::sales::imports::reading::{FoundReading, Settings, UnknownProduct, Writer, keep};

/// The maximum size of a file, in bytes.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The maximum number of lines with a sale.
pub(crate) const MAX_LINES: usize = 100_000;

/// How many columns and rows are shown to say what they are.
const SAMPLES: usize = 3;

/// Lines that are looked up together.
const CHUNK: usize = 500;

/// How many products that nobody has mapped are named.
const PRODUCTS: usize = 40;

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
    while looked_at < CHUNK && samples.iter().any(|values: &Vec<String>| values.len() < SAMPLES) {
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
    let mut checking = Checking {
        ctx,
        zone: options.zone.clone().unwrap_or_else(|| ctx.config.time_zone.clone()),
        catalog: ctx.db.read(Catalog::read).map_err(storage)?,
        dry_run: DryRun::default(),
        waiting: Vec::new(),
        writer,
        last: HashMap::new(),
        customers: HashSet::new(),
        unknown: Vec::new(),
    };
    for_each_sale(&content, &options, &mut |row| checking.take(row))?;
    checking.finish(&layout, settings)?;
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

/// A line that waits to be looked up with others.
struct Waiting {
    line: u64,
    sale: Result<SaleLine, Outcome>,
    other: OtherLine,
    cells: Vec<String>,
}

struct Checking<'a> {
    ctx: &'a Context,
    zone: TimeZone,
    catalog: Catalog,
    dry_run: DryRun,
    waiting: Vec<Waiting>,
    writer: Writer<'a>,
    /// The last line of each order, and whether it says how many were sold.
    last: HashMap<OrderMark, (usize, bool)>,
    customers: HashSet<[u8; 16]>,
    unknown: Vec<UnknownProduct>,
}

impl Checking<'_> {
    fn take(&mut self, row: SaleRow) -> Result<(), ImportError> {
        if self.writer.count_of_lines() + self.waiting.len() >= MAX_LINES {
            let reason =
                format!("the file has more than {MAX_LINES} lines; divide it, or import it with keydesk import");
            return Err(ImportError::File(reason));
        }
        let other = row.sale.as_ref().map(other_line).unwrap_or_default();
        let sale = checked(row.sale, row.end, &self.zone, self.ctx.clock.now());
        self.waiting.push(Waiting { line: row.lines.first, sale, other, cells: row.cells });
        if self.waiting.len() == CHUNK { self.look_up().map_err(storage) } else { Ok(()) }
    }

    fn look_up(&mut self) -> Result<(), StorageError> {
        let waiting = std::mem::take(&mut self.waiting);
        let ctx = self.ctx;
        let known = ctx.db.read(|conn| known_ids(conn, &waiting))?;
        let is_known = |sale: &Sale| sale.ids().iter().any(|id| known.contains(&(sale.shop.clone(), id.clone())));
        for Waiting { line, sale, other, cells } in waiting {
            let (dry_run, catalog) = (&mut self.dry_run, &self.catalog);
            let tried = match &sale {
                Ok(sale) => ctx.db.read(|conn| dry_run.try_line(ctx, conn, catalog, sale, &is_known))?,
                Err(outcome) => Err(outcome.clone()),
            };
            let (line, order, added) = match tried {
                Ok(tried) => (accepted(line, &tried, cells), tried.mark, Some(tried.added)),
                Err(outcome) => (rejected(line, &outcome, other, cells), None, None),
            };
            self.settle(line, order, added)?;
        }
        Ok(())
    }

    fn settle(&mut self, line: ImportLine, order: Option<OrderMark>, added: Option<u64>) -> Result<(), StorageError> {
        let kind = line.kind();
        if let (LineKind::New, Some(sale), Some(added)) = (kind, &line.sale, added) {
            self.writer.count(ImportCounts::GRANTS, added);
            if self.customers.insert(mark(self.ctx, &["customer", &sale.email.to_lowercase()])) {
                self.writer.count(ImportCounts::CUSTOMERS, 1);
            }
        }
        if let (LineKind::NoProduct, Some(other)) = (kind, &line.other) {
            note_unknown(&mut self.unknown, &other.words);
        }
        let says_quantity = line.sale.as_ref().is_some_and(|sale| sale.quantity.0.is_some());
        let place = self.writer.push(line)?;
        if let Some(order) = order {
            self.last.insert(order, (place, says_quantity));
        }
        Ok(())
    }

    fn finish(mut self, layout: &str, mut settings: Settings) -> Result<(), ImportError> {
        self.look_up().map_err(storage)?;
        settings.unknown = self.unknown;
        let last: Vec<usize> = self.last.into_values().filter(|(_, says)| *says).map(|(place, _)| place).collect();
        self.writer.finish(layout, &settings, &last).map_err(storage)
    }
}

/// Those of the lines' ids by which sales are known, with their shops.
fn known_ids(conn: &mut Conn, waiting: &[Waiting]) -> Result<HashSet<(String, SaleReference)>, StorageError> {
    let mut values: HashMap<&str, Vec<&str>> = HashMap::new();
    for sale in waiting.iter().filter_map(|line| line.sale.as_ref().ok()) {
        let ids = [&sale.payment_id, &sale.subscription_id, &sale.external_id];
        values.entry(sale.shop).or_default().extend(ids.into_iter().flatten().map(String::as_str));
    }
    let mut known = HashSet::new();
    for (shop, values) in values {
        known.extend(known_of(conn, shop, &values)?.into_iter().map(|id| (shop.to_owned(), id)));
    }
    Ok(known)
}

fn accepted(line: u64, tried: &Tried<'_>, cells: Vec<String>) -> ImportLine {
    let kind = if tried.added > 0 { LineKind::New } else { LineKind::Known };
    let sale = Some(LineSale::of(&tried.sale, tried.added));
    ImportLine { sale, cells, ..ImportLine::new(line, kind) }
}

fn rejected(line: u64, outcome: &Outcome, other: OtherLine, cells: Vec<String>) -> ImportLine {
    let (kind, why) = match outcome {
        Outcome::Skipped(skip) => (kind_of(skip.kind), skip.word.clone()),
        Outcome::Refused(problems) => refusal(problems),
        Outcome::Done { .. } => (LineKind::Known, String::new()),
    };
    ImportLine { why, other: Some(other), cells, ..ImportLine::new(line, kind) }
}

/// The kind of a line with these problems, and what is said of it.
fn refusal(problems: &[Problem]) -> (LineKind, String) {
    let is_other = problems.iter().any(|problem| problem.kind == LineKind::Refused);
    let kind = match problems.first() {
        Some(first) if !is_other => first.kind,
        _ => LineKind::Refused,
    };
    (kind, if kind == LineKind::Refused { said(problems) } else { String::new() })
}

/// What is wrong with a line: for each problem the name of the field, a tab, and the reason.
pub(crate) fn said(problems: &[Problem]) -> String {
    let one = |problem: &Problem| format!("{}\t{}", problem.field.map_or("", Field::name), problem.reason);
    problems.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn kind_of(kind: SkipKind) -> LineKind {
    match kind {
        SkipKind::Unpaid => LineKind::Unpaid,
        SkipKind::Refunded => LineKind::Refunded,
        SkipKind::Test => LineKind::Test,
        SkipKind::Renewal => LineKind::Renewal,
        SkipKind::NoSale => LineKind::NoSale,
        SkipKind::NeedsNoKey => LineKind::NeedsNoKey,
    }
}

fn other_line(raw: &RawSale) -> OtherLine {
    let text = |field| raw.get(field).to_owned();
    let order = [Field::ExternalId, Field::PaymentId, Field::SubscriptionId].map(|field| raw.get(field));
    let mut words = raw.words.clone();
    words.extend([Field::Entitlement, Field::EntitlementId].map(text).into_iter().filter(|word| !word.is_empty()));
    OtherLine {
        email: text(Field::CustomerEmail),
        name: text(Field::CustomerName),
        order: order.into_iter().find(|id| !id.is_empty()).unwrap_or_default().to_owned(),
        words,
        quantity: text(Field::Quantity),
    }
}

/// Counts a product that nobody has mapped, by its most exact word.
fn note_unknown(unknown: &mut Vec<UnknownProduct>, words: &[String]) {
    let Some(word) = words.iter().map(|word| word.trim()).find(|word| !word.is_empty()) else { return };
    if let Some(known) = unknown.iter_mut().find(|known| known.word == word) {
        known.lines += 1;
    } else if unknown.len() < PRODUCTS {
        let name = words.last().map(|name| name.trim()).filter(|name| *name != word).unwrap_or_default();
        unknown.push(UnknownProduct { word: word.to_owned(), name: name.to_owned(), lines: 1 });
    }
}
