//! `keydesk stock`: keys that wait to be issued.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use super::arguments::StockCommand;
use super::import::tell;
use super::progress::Progress;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::stock::forecast::{runs_out_on, used_per_day};
use crate::domain::stock::{NewBatch, StockFigures};
use crate::domain::text;
use crate::import::Mode;
use crate::import::key_list::{self, KeyList, KeyListError};
use crate::import::stock::{Summary, add_to_stock, find_entitlement};
use crate::server;
use crate::storage::stock::figures;
use crate::usecases::stock::StockError;
use crate::usecases::stock::alerts::local_now;

/// Runs one of the stock commands; exit code 1 if a line was rejected.
pub(crate) fn run(config: &Config, command: &StockCommand) -> anyhow::Result<ExitCode> {
    match command {
        StockCommand::List => list(config),
        StockCommand::Import { file, entitlement, supplier, reference, column, dry_run } => {
            let batch = NewBatch {
                supplier: line("--supplier", supplier.as_deref())?,
                reference: line("--reference", reference.as_deref())?,
                ..NewBatch::default()
            };
            let keys = read(file, column.as_deref()).with_context(|| file.display().to_string())?;
            let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
            let entitlement =
                find_entitlement(&ctx, entitlement).map_err(|reason| anyhow!("--entitlement: {reason}"))?;
            if let Some(column) = &keys.column {
                drop(writeln!(std::io::stdout(), "keys from column {column}"));
            }
            if let Some(heading) = keys.heading {
                drop(writeln!(std::io::stdout(), "line {heading}: left out as the heading"));
            }
            let mode = if *dry_run { Mode::DryRun } else { Mode::Load };
            let mut progress = Progress::begin("keys added");
            let mut on_progress = |done, total| progress.tell(done, total);
            let summary = add_to_stock(&ctx, &entitlement, batch, &keys, mode, &mut tell, &mut on_progress);
            progress.clear();
            let summary = summary.map_err(stopped)?;
            print(&summary, &entitlement.name, *dry_run);
            Ok(if summary.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn read(file: &Path, column: Option<&str>) -> anyhow::Result<KeyList> {
    let name = file.display().to_string();
    let limit = key_list::MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        File::open(file).context("cannot be opened")?.take(limit).read_to_end(&mut bytes)?;
    }
    let file_name = (name != "-").then_some(name.as_str());
    key_list::read(bytes, file_name, column).map_err(|error| match error {
        KeyListError::WhichColumn(_) | KeyListError::NoSuchColumn { .. } => anyhow!("{error} (--column)"),
        other => other.into(),
    })
}

fn line(option: &str, value: Option<&str>) -> anyhow::Result<Option<String>> {
    let max = NewBatch::MAX_LINE;
    let parsed = value.map(|value| text::line(value, max)).transpose();
    parsed.map_err(|_| anyhow!("{option}: expected one line of 1 to {max} characters"))
}

fn stopped(error: StockError) -> anyhow::Error {
    match error {
        StockError::Storage(error) => {
            anyhow!("stopped: {error}; keys that were added stay, and importing the list again adds the rest")
        }
        other => anyhow!("--entitlement: it cannot have stock any more ({other:?})"),
    }
}

fn print(summary: &Summary, entitlement: &str, dry_run: bool) {
    let Summary { batch_id, added, warned, present, refused } = summary;
    let (keys, lines) = (if *added == 1 { "key" } else { "keys" }, if *refused == 1 { "line" } else { "lines" });
    let added = if dry_run {
        format!("dry run, nothing was written: {added} {keys} would be added to {entitlement}")
    } else {
        format!("{added} {keys} added to {entitlement}")
    };
    let mut stdout = std::io::stdout();
    if let Some(batch_id) = batch_id {
        drop(writeln!(stdout, "batch {batch_id}"));
    }
    drop(writeln!(stdout, "{added}, {present} already there, {refused} {lines} rejected"));
    if *warned > 0 {
        let looks =
            if *warned == 1 { "1 of them looks wrong".to_owned() } else { format!("{warned} of them look wrong") };
        drop(writeln!(std::io::stderr(), "{looks}; see above. Set such keys aside under Stock in the portal"));
    }
    if *refused > 0 {
        let hint = "correct the rejected lines and import the whole file again: keys are not added twice";
        drop(writeln!(std::io::stderr(), "{hint}"));
    }
}

/// Every stock, first to run out first: id, name, available, waiting, per day, the day it runs out on.
fn list(config: &Config) -> anyhow::Result<ExitCode> {
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let now = local_now(&ctx);
    let today = now.date();
    let stocks = ctx.db.read(|conn| figures::all(conn, &now))?;
    if stocks.is_empty() {
        println!("there is no stock; add keys with: keydesk stock import FILE --entitlement NAME");
    }
    let mut stocks: Vec<_> =
        stocks.into_iter().map(|(entitlement, figures)| (runs_out_on(&figures, today), entitlement, figures)).collect();
    stocks.sort_by(|(one, ..), (other, ..)| (one.is_none(), one).cmp(&(other.is_none(), other)));
    for (end, entitlement, figures) in stocks {
        let end = end.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let StockFigures { available, waiting, .. } = &figures;
        let per_day = used_per_day(&figures);
        println!("{}\t{}\t{available}\t{waiting}\t{per_day:.1}\t{end}", entitlement.id, entitlement.name);
    }
    Ok(ExitCode::SUCCESS)
}
