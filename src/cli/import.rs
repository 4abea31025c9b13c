//! `keydesk import`: creates pending grants from a file of sales.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use jiff::tz::TimeZone;

use super::progress::Progress;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::import::{Event, Format, Mode, Options, SkipKind, Summary, import};
use crate::server;

/// How the file is to be read, from the options of the command; fails with what is wrong.
pub(super) fn options(
    map: Option<&str>,
    zone: Option<&str>,
    entitlement: Option<&str>,
    columns: &[String],
) -> anyhow::Result<Options> {
    let zone = zone.map(|name| {
        TimeZone::get(name).map_err(|_| anyhow!("--zone: there is no time zone {name}; an example is Europe/Berlin"))
    });
    let pair = |text: &String| {
        let (field, column) = text.split_once('=').unwrap_or_default();
        if field.is_empty() || column.is_empty() {
            return Err(anyhow!("--columns: expected FIELD=COLUMN, such as external_id=Order, found {text:?}"));
        }
        Ok((field.trim().to_owned(), column.trim().to_owned()))
    };
    Ok(Options {
        shop: map.map(str::to_owned),
        zone: zone.transpose()?,
        entitlement: entitlement.map(str::to_owned),
        columns: columns.iter().map(pair).collect::<Result<_, _>>()?,
        ..Options::default()
    })
}

/// Imports the file; exit code 1 if a line was rejected.
pub(crate) fn run(config: &Config, file: &Path, options: &Options, dry_run: bool) -> anyhow::Result<ExitCode> {
    let name = file.display().to_string();
    let mut input: Box<dyn BufRead> = if name == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = File::open(file).with_context(|| format!("cannot open {name}"))?;
        Box::new(BufReader::with_capacity(64 * 1024, opened))
    };
    let format = match Format::of_name(&name) {
        Some(format) => format,
        None => Format::of_content(&mut input).with_context(|| format!("cannot read {name}"))?,
    };
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let mode = if dry_run { Mode::DryRun } else { Mode::Load };
    let mut progress = Progress::begin("lines read");
    let mut on_event = |event: &Event<'_>| {
        if let Event::Read { done, total } = event {
            return progress.tell(count(*done), count(*total));
        }
        progress.clear();
        tell(event);
    };
    let summary = import(&ctx, input, format, mode, options, &mut on_event).with_context(|| name.clone());
    progress.clear();
    let summary = summary?;
    print_summary(&summary, dry_run);
    Ok(if summary.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Prints one event. Write errors are ignored: a closed pipe must not stop the import half-way.
pub(super) fn tell(event: &Event<'_>) {
    match event {
        Event::Would(lines, text) => drop(writeln!(std::io::stdout(), "{lines}: {text}")),
        Event::Read { .. } => {}
        Event::Skipped(lines, kind, word) => {
            let word = if word.is_empty() { String::new() } else { format!(" ({word})") };
            drop(writeln!(std::io::stdout(), "{lines}: skipped, {}{word}", kind.words()));
        }
        Event::Note(lines, text) => drop(writeln!(std::io::stderr(), "{lines}: {text}")),
        Event::Refused(lines, problems) => {
            for problem in *problems {
                drop(writeln!(std::io::stderr(), "{lines}: {problem}"));
            }
        }
    }
}

fn print_summary(summary: &Summary, dry_run: bool) {
    let Summary { shop, added, present, revoked, refused, skipped } = summary;
    if let Some(shop) = shop {
        drop(writeln!(std::io::stdout(), "an export of {shop}"));
    }
    let (grants, lines) = (if *added == 1 { "grant" } else { "grants" }, if *refused == 1 { "line" } else { "lines" });
    let outcome = if dry_run {
        format!(
            "dry run, nothing was written: {added} {grants} would be added, {present} already there, {refused} {lines} rejected"
        )
    } else {
        format!("{added} {grants} added, {present} already there, {refused} {lines} rejected")
    };
    drop(writeln!(std::io::stdout(), "{outcome}"));
    let counts: Vec<String> = SkipKind::ALL
        .iter()
        .zip(skipped)
        .filter(|(_, count)| **count > 0)
        .map(|(kind, count)| format!("{count} {}", kind.words()))
        .collect();
    if !counts.is_empty() {
        let all: u64 = skipped.iter().sum();
        let lines = if all == 1 { "line" } else { "lines" };
        drop(writeln!(std::io::stdout(), "{all} {lines} skipped: {}", counts.join(", ")));
    }
    if *revoked > 0 {
        let grants = if *revoked == 1 { "grant" } else { "grants" };
        let text = format!("{revoked} pending {grants} revoked, because their sales have fewer than before");
        drop(writeln!(std::io::stdout(), "{text}"));
    }
    if *refused > 0 {
        let hint = "correct the rejected lines and import the whole file again: existing sales are not added twice";
        drop(writeln!(std::io::stderr(), "{hint}"));
    }
}
