//! What each line of a file of sales would become, looked up some hundred lines at a time.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;

use super::catalog::Catalog;
use super::dry_run::{DryRun, Tried};
use super::fields::{Field, RawSale};
use super::orders::{OrderMark, mark};
use super::outcome::{Outcome, checked};
use super::sale_line::SaleLine;
use super::{Problem, SaleRow, SkipKind};
use crate::domain::sale::import::{ImportCounts, LineKind};
use crate::domain::sale::{Sale, SaleReference};
use crate::storage::sales::known_of;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::sales::imports::line::{ImportLine, LineSale, OtherLine};
use crate::usecases::sales::imports::reading::{Settings, UnknownProduct, Writer};

/// Lines that are looked up together.
const CHUNK: usize = 500;

/// How many products that nobody has mapped are named.
const PRODUCTS: usize = 40;

/// A line that waits to be looked up with others.
struct Waiting {
    line: u64,
    sale: Result<SaleLine, Outcome>,
    other: OtherLine,
    cells: Vec<String>,
}

/// The lines of a file that is being read, and what is known of those before.
pub(super) struct Checking<'a> {
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

impl<'a> Checking<'a> {
    /// `zone` is that of dates without an offset.
    pub(super) fn new(ctx: &'a Context, zone: TimeZone, writer: Writer<'a>) -> Result<Self, StorageError> {
        Ok(Self {
            ctx,
            zone,
            catalog: ctx.db.read(Catalog::read)?,
            dry_run: DryRun::default(),
            waiting: Vec::new(),
            writer,
            last: HashMap::new(),
            customers: HashSet::new(),
            unknown: Vec::new(),
        })
    }

    /// How many lines were taken.
    pub(super) fn count(&self) -> usize {
        self.writer.count_of_lines() + self.waiting.len()
    }

    /// Adds the next line of the file.
    pub(super) fn take(&mut self, row: SaleRow) -> Result<(), StorageError> {
        let other = row.sale.as_ref().map(other_line).unwrap_or_default();
        let sale = checked(row.sale, row.end, &self.zone, self.ctx.clock.now());
        self.waiting.push(Waiting { line: row.lines.first, sale, other, cells: row.cells });
        if self.waiting.len() == CHUNK { self.look_up() } else { Ok(()) }
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

    /// Shows what was found.
    pub(super) fn finish(mut self, layout: &str, mut settings: Settings) -> Result<(), StorageError> {
        self.look_up()?;
        settings.unknown = self.unknown;
        let last: Vec<usize> = self.last.into_values().filter(|(_, says)| *says).map(|(place, _)| place).collect();
        self.writer.finish(layout, &settings, &last)
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
fn said(problems: &[Problem]) -> String {
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
