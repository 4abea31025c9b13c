//! Lines are collected into batches, one transaction each. If a batch fails in the database, its lines are loaded one
//! by one. Pauses between batches let other writers proceed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::catalog::Catalog;
use super::dry_run::DryRun;
use super::orders::{OrderMark, Orders, mark_of};
use super::outcome::{Outcome, checked, problem, to_sale};
use super::records::Lines;
use super::sale_line::SaleLine;
use super::{End, Event, ImportError, Mode, Problem, SaleRow, Summary};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::AuditAction;
use crate::domain::sale::Sale;
use crate::storage::{StorageError, Tx};
use crate::usecases::Context;
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::sales::report::{reduce_to, report_of};

/// The maximum number of lines, grants and bytes per transaction.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

const NO_LINE_END: &str =
    "the file ends here without a line end; if it was cut off, the last value may be shortened: check it";

/// For how many batches the names of products are read once.
const CATALOG_USES: u32 = 10;

/// How often to try while the database is busy.
const TRIES: u32 = 6;

struct Line {
    at: Lines,
    sale: Result<SaleLine, Outcome>,
    end: End,
}

pub(crate) struct Loader<'a> {
    ctx: &'a Context,
    zone: TimeZone,
    dry_run: Option<DryRun>,
    report: &'a mut dyn FnMut(&Event<'_>),
    batch: Vec<Line>,
    batch_grants: usize,
    batch_bytes: usize,
    summary: Summary,
    orders: Orders,
    short: HashMap<OrderMark, Short>,
    /// What sales refer to, and for how many batches it was used.
    catalog: Option<(Catalog, u32)>,
}

/// An order of which the file has told fewer than are known. If no further line follows, that is how many there are.
struct Short {
    at: Lines,
    sale: Sale,
    told: u32,
}

impl<'a> Loader<'a> {
    /// `zone` is that of dates without an offset.
    pub(crate) fn new(ctx: &'a Context, mode: Mode, zone: TimeZone, report: &'a mut dyn FnMut(&Event<'_>)) -> Self {
        let dry_run = (mode == Mode::DryRun).then(DryRun::default);
        Self {
            ctx,
            zone,
            dry_run,
            report,
            batch: Vec::new(),
            batch_grants: 0,
            batch_bytes: 0,
            summary: Summary::default(),
            orders: Orders::default(),
            short: HashMap::new(),
            catalog: None,
        }
    }

    /// Reports something about the file as a whole.
    pub(super) fn tell(&mut self, event: &Event<'_>) {
        (self.report)(event);
    }

    /// Adds the next line of the file.
    pub(crate) fn take(&mut self, row: SaleRow) -> Result<(), ImportError> {
        let now = self.ctx.clock.now();
        let SaleRow { lines: at, size, end, .. } = row;
        let sale = checked(row.sale, end, &self.zone, now);
        let grants = sale.as_ref().map_or(0, |sale| sale.quantity.unwrap_or(1) as usize);
        let is_full =
            self.batch.len() == BATCH || self.batch_grants + grants > BATCH || self.batch_bytes + size > BATCH_BYTES;
        if is_full {
            self.flush()?;
        }
        self.batch.push(Line { at, sale, end });
        self.batch_grants += grants;
        self.batch_bytes += size;
        Ok(())
    }

    /// Loads the remaining lines, and takes back what the file no longer has.
    pub(crate) fn finish(mut self, shop: Option<&'static str>) -> Result<Summary, ImportError> {
        self.flush()?;
        self.summary.shop = shop;
        let mut short: Vec<Short> = std::mem::take(&mut self.short).into_values().collect();
        short.sort_by_key(|short| short.at.first);
        let actor = Actor::system(SystemPart::Import);
        for Short { at, sale, told } in short {
            let reduced = patiently(|| {
                self.ctx.db.write(|tx| reduce_to(self.ctx, tx, &sale, &sale.entitlement_id, told, &actor))
            });
            let revoked = reduced.map_err(|error| ImportError::Storage { line: at.first, error })?;
            self.summary.revoked += u64::from(revoked);
        }
        Ok(self.summary)
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        (self.batch_grants, self.batch_bytes) = (0, 0);
        let Some(first) = batch.first() else { return Ok(()) };
        let stop = |line: &Line, error| ImportError::Storage { line: line.at.first, error };
        let catalog = match self.catalog.take() {
            Some((known, uses)) if uses < CATALOG_USES => (known, uses + 1),
            _ => (patiently(|| self.ctx.db.read(Catalog::read)).map_err(|error| stop(first, error))?, 1),
        };
        let done = self.flush_with(&catalog.0, &batch);
        self.catalog = Some(catalog);
        done
    }

    fn flush_with(&mut self, catalog: &Catalog, batch: &[Line]) -> Result<(), ImportError> {
        let Some(first) = batch.first() else { return Ok(()) };
        let stop = |line: &Line, error| ImportError::Storage { line: line.at.first, error };
        if let Some(mut dry_run) = self.dry_run.take() {
            self.check(&mut dry_run, catalog, batch)?;
            self.dry_run = Some(dry_run);
            return Ok(());
        }
        let started = Instant::now();
        let loaded = patiently(|| {
            // What an attempt counted that was rolled back must not count.
            let mut orders = Orders::default();
            self.ctx.db.write_alone(|tx| {
                batch
                    .iter()
                    .map(|line| load(self.ctx, tx, catalog, line, (&self.orders, &mut orders)))
                    .collect::<Result<Vec<_>, _>>()
            })
        });
        match loaded {
            Ok(outcomes) => {
                for (line, outcome) in batch.iter().zip(outcomes) {
                    self.settle(line, outcome);
                }
            }
            Err(error @ (StorageError::Busy(_) | StorageError::Unwritable(_))) => return Err(stop(first, error)),
            Err(_) => self.load_one_by_one(catalog, batch)?,
        }
        self.give_way(started.elapsed());
        Ok(())
    }

    fn check(&mut self, dry_run: &mut DryRun, catalog: &Catalog, batch: &[Line]) -> Result<(), ImportError> {
        for line in batch {
            let outcome = match &line.sale {
                Err(outcome) => outcome.clone(),
                Ok(sale) => {
                    let (outcome, words) = dry_run
                        .play(self.ctx, catalog, sale)
                        .map_err(|error| ImportError::Storage { line: line.at.first, error })?;
                    if let Outcome::Done { .. } = outcome {
                        (self.report)(&Event::Would(line.at, &words));
                    }
                    outcome
                }
            };
            self.settle(line, outcome.into());
        }
        Ok(())
    }

    fn load_one_by_one(&mut self, catalog: &Catalog, batch: &[Line]) -> Result<(), ImportError> {
        for line in batch {
            let attempt = || {
                let mut orders = Orders::default();
                self.ctx.db.write(|tx| load(self.ctx, tx, catalog, line, (&self.orders, &mut orders)))
            };
            let outcome = match patiently(attempt) {
                Ok(outcome) => outcome,
                Err(error @ (StorageError::Busy(_) | StorageError::Unwritable(_))) => {
                    return Err(ImportError::Storage { line: line.at.first, error });
                }
                Err(error) => Outcome::refused(Problem::of_line(error.to_string())).into(),
            };
            self.settle(line, outcome);
        }
        Ok(())
    }

    fn settle(&mut self, line: &Line, loaded: Loaded) {
        match &loaded.outcome {
            Outcome::Done { added, present } => {
                self.summary.added += added;
                self.summary.present += present;
                if line.end == End::PerhapsCutOff {
                    (self.report)(&Event::Note(line.at, NO_LINE_END));
                }
            }
            Outcome::Refused(problems) => {
                self.summary.refused += 1;
                (self.report)(&Event::Refused(line.at, problems));
                return;
            }
            Outcome::Skipped(skip) => {
                self.summary.skip(skip.kind);
                (self.report)(&Event::Skipped(line.at, skip.kind, &skip.word));
                return;
            }
        }
        if let (Ok(sale), Some(mark)) = (&line.sale, &loaded.mark) {
            self.orders.count(Some(mark), sale);
            match loaded.short {
                Some(short) => drop(self.short.insert(*mark, short)),
                None => drop(self.short.remove(mark)),
            }
        }
    }

    /// Pauses on SQLite, where other processes poll for the write lock and must find it free at times.
    fn give_way(&self, held: Duration) {
        if self.ctx.db.read(|conn| Ok::<_, StorageError>(conn.is_sqlite())).unwrap_or(false) {
            std::thread::sleep(held / 4);
        }
    }
}

/// Retries while the database is busy, or if another transaction has just written the same row.
fn patiently<T>(mut ask: impl FnMut() -> Result<T, StorageError>) -> Result<T, StorageError> {
    for tried in 1..TRIES {
        match ask() {
            Err(StorageError::Busy(_) | StorageError::Conflict) => {
                std::thread::sleep(Duration::from_millis(50) * tried);
            }
            other => return other,
        }
    }
    ask()
}

/// What became of a line.
struct Loaded {
    outcome: Outcome,
    mark: Option<OrderMark>,
    short: Option<Short>,
}

impl From<Outcome> for Loaded {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, mark: None, short: None }
    }
}

/// Loads a line. `before` are the orders of earlier batches, `here` those of this one.
fn load(
    ctx: &Context,
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    line: &Line,
    (before, here): (&Orders, &mut Orders),
) -> Result<Loaded, StorageError> {
    let sale_line = match &line.sale {
        Ok(sale) => sale,
        Err(outcome) => return Ok(outcome.clone().into()),
    };
    let entitlement = match catalog.find(sale_line) {
        Ok(entitlement) => entitlement,
        Err(outcome) => return Ok(outcome.into()),
    };
    let actor = Actor::system(SystemPart::Import);
    let mark = mark_of(ctx, sale_line, entitlement);
    let quantity = before.quantity(mark.as_ref(), here, sale_line);
    let sale = to_sale(sale_line, entitlement, quantity);
    match report_of(ctx, tx, entitlement, &sale, AuditAction::GrantImport, &actor) {
        Ok(reported) => {
            here.count(mark.as_ref(), sale_line);
            let own = u64::from(sale_line.quantity.unwrap_or(1));
            let added = u64::from(reported.added);
            let told = quantity.told().filter(|_| sale_line.quantity.is_some());
            let short = told.zip(reported.quantity).filter(|(told, known)| told < known);
            let short = short.map(|(told, _)| Short { at: line.at, sale, told });
            Ok(Loaded { outcome: Outcome::Done { added, present: own.saturating_sub(added) }, mark, short })
        }
        Err(IssueGrantError::Storage(error)) => Err(error),
        // These errors occur before the line writes anything.
        Err(error) => Ok(Outcome::refused(problem(&error)).into()),
    }
}
